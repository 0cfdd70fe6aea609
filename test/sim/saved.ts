import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Verdict } from '#contract/verdict.ts';
import type { SimulatedSystem } from './effects.ts';
import { type Simulated, saveRun, simulateRun } from './simulated-run.ts';

export { fragile, resilient } from './simulated-run.ts';

export interface SavedSimulation {
  /** Holds the run's folder and nothing else. */
  parent: string;
  id: string;
  path: string;
  /** As the run itself judged. */
  verdict: Verdict;
}

/** A run of a simulated system in a folder of its own, or in `parent`. */
export async function saveSimulation(
  system: SimulatedSystem,
  { parent, ...simulated }: Simulated & { parent?: string } = {},
): Promise<SavedSimulation> {
  const inside = parent ?? (await temporaryFolder());
  const played = await simulateRun(system, simulated);
  const { path, verdict } = await saveRun(inside, played);
  return { parent: inside, id: played.facts.record.runId, path, verdict };
}

/** Removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-saved-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
