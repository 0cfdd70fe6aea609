import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { faults } from '#chaos/index.ts';
import { type Sample, sampleHeader, sampleRow } from '#contract/sample.ts';
import type { Verdict } from '#contract/verdict.ts';
import { readObjectives } from '#harness/cli/objectives.ts';
import { createRunFolder } from '#harness/effects/run-folder.ts';
import { type PlanRequest, plan } from '#harness/plan.ts';
import { evaluate } from '#slo/evaluate.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD, type SimulatedSystem } from './effects.ts';
import { playPlan } from './play.ts';

/** Falls back while the fault is there, with times that have decimals, as real ones do. */
export const resilient: SimulatedSystem = {
  answer: (index, _, faulted) => ({
    ...GOOD,
    index,
    serviceMs: 3 + (index % 7) / 8,
    ...(faulted ? { servedBy: 'fallback', version: 'lin-1' } : {}),
  }),
};

/** Loses every answer while the fault is there. */
export const fragile: SimulatedSystem = {
  answer: (index, _, faulted): Sample => ({
    ...GOOD,
    index,
    ...(faulted ? { status: 0, errorCode: 1050, servedBy: '', serviceMs: 1_000 } : {}),
  }),
};

export interface SavedSimulation {
  /** Holds the run's folder and nothing else. */
  parent: string;
  id: string;
  path: string;
  /** As the run itself judged. */
  verdict: Verdict;
}

interface Simulated {
  id?: string;
  parent?: string;
  seed?: number;
  /** Ctrl-C, or another signal, so long after the beginning. */
  interrupt?: { atMs: number; signal: 'SIGINT' | 'SIGTERM' };
  /** What is planned otherwise than one chaos trial of the short breaker. */
  request?: Partial<PlanRequest>;
}

/** A run of a simulated system in a folder as `play` leaves one, but for the reports. */
export async function saveSimulation(
  system: SimulatedSystem,
  { id = '2026-11-21T08-00-00-chaos', parent, seed = 1, interrupt, request }: Simulated = {},
): Promise<SavedSimulation> {
  const planned = plan({
    command: 'chaos',
    profile: 'quick',
    seed,
    experiments: [{ ...shortBreaker, baselines: {} }],
    faults,
    objectives: (await readObjectives()).byName,
    capacities: {},
    ...request,
  });
  const { facts } = await playPlan(planned, system, { runId: id, interrupt });
  const inside = parent ?? (await temporaryFolder());
  const folder = await createRunFolder(inside, id);
  await folder.writePlan(planned);
  await folder.makeLatest();
  await folder.writeRecord(facts.record);
  for (const { name, trials } of facts.record.experiments) {
    for (const trial of trials) {
      const rows = (facts.samples.get(`${name}/${trial.id}`) ?? []).map(sampleRow);
      await folder.writeFiles({ [trial.samplesFile]: [sampleHeader(), ...rows].join('') });
    }
  }
  const verdict = evaluate(planned, facts.record, facts.samples);
  await folder.writeFiles({ 'verdict.json': `${JSON.stringify(verdict, null, 2)}\n` });
  return { parent: inside, id, path: folder.path, verdict };
}

/** Removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-saved-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
