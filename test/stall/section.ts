import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { provision } from '#harness/effects/provision/provision.ts';
import { type StallFigures, sectionOf } from './page.ts';
import { playGauntlet } from './play-gauntlet.ts';
import { playK6 } from './play-k6.ts';

/** Plays the stall three ways, in one to two minutes, and tells it as a section of a page. */
export async function stallSection(
  signal: AbortSignal = new AbortController().signal,
): Promise<{ markdown: string; figures: StallFigures }> {
  const { path: k6 } = await provision('k6', { cacheDir, onProgress: () => {}, signal });
  const machine = await describeMachine(true);
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-stall-'));
  try {
    const bench = { processes, ports: createPorts(), k6, machine, folder, signal };
    // One after the other: each would measure its neighbours.
    const gauntlet = await playGauntlet(bench);
    const arrivalRate = await playK6('arrival-rate', bench);
    const closedLoop = await playK6('closed-loop', bench);
    const figures = { gauntlet, arrivalRate, closedLoop };
    return { markdown: sectionOf(figures), figures };
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(folder, { recursive: true, force: true });
  }
}
