import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Playing, PlayListeners } from '#contract/effects.ts';
import type { PlannedLoad, Tape } from '#contract/plan.ts';
import { type Sample, sampleHeader, sampleRow } from '#contract/sample.ts';
import { buildLoadFile, type RequestSource } from '../load-file.ts';
import { k6Died, openStartGate, startK6, stopK6, tailSamples, waitForStart } from './k6.ts';
import type { Ports } from './ports.ts';
import type { Processes } from './process.ts';

export interface TapePlayer {
  processes: Processes;
  ports: Ports;
  /** Path of k6. */
  k6: string;
  /** Absolute path of the k6 script of a scenario. */
  scriptOf(scenario: string): string;
  requests: RequestSource;
  cores: string | null;
  niceness: number;
}

/** Plays a tape at an address with k6; resolves when the tape's first instant is fixed. */
export async function playTape(
  player: TapePlayer,
  tapeOf: { load: PlannedLoad; tape: Tape; targetUrl: string; folder: string },
  listeners: PlayListeners,
): Promise<Playing> {
  const { load, tape, targetUrl, folder } = tapeOf;
  const loadFile = join(folder, 'load.json');
  const csvFile = join(folder, 'k6.csv');
  const logFile = join(folder, 'k6.log');
  const gate = await openStartGate(await player.ports.take());
  const urls = { startUrl: gate.url, targetUrl };
  await writeFile(loadFile, JSON.stringify(buildLoadFile(load, tape, player.requests, urls)));
  const child = startK6(player.processes, {
    program: player.k6,
    script: player.scriptOf(load.scenario),
    loadFile,
    csvFile,
    logFile,
    cores: player.cores,
    niceness: player.niceness,
  });
  try {
    const t0 = await waitForStart(gate, child, logFile, listeners.signal);
    const keeper = await openKeeper(join(folder, 'samples.csv'), listeners.onSamples);
    const tailed = tailSamples(csvFile, child.exited, keeper.add);
    const end = async () => {
      await tailed;
      await keeper.flushed();
      // Samples are kept in a form of their own; k6's rows of all other metrics are many times as large.
      await rm(csvFile, { force: true });
      const { code, signal } = await child.exited;
      if (code !== 0 && !listeners.signal.aborted) throw await k6Died(child, logFile, 'failed');
      return { exitCode: code, signal };
    };
    const ended = end();
    const stop = async () => {
      await stopK6(child);
      await ended.catch(() => undefined);
    };
    return { t0, ended, stop };
  } catch (error) {
    await stopK6(child);
    throw error;
  } finally {
    gate.close();
  }
}

/** Appends samples to the trial's file while they come, so that whatever ends the run leaves what was seen. */
async function openKeeper(file: string, onSamples: (samples: Sample[]) => void) {
  await writeFile(file, sampleHeader());
  let writing = Promise.resolve();
  return {
    add(samples: Sample[]): void {
      onSamples(samples);
      const rows = samples.map(sampleRow).join('');
      writing = writing.then(() => appendFile(file, rows));
    },
    flushed: () => writing,
  };
}
