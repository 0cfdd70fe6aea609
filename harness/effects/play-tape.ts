import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Playing, PlayListeners, StageSetup } from '#contract/effects.ts';
import type { TargetLoad } from '#contract/load.ts';
import { type Sample, sampleHeader, sampleRow } from '#contract/sample.ts';
import { buildLoadFile, type RequestSource } from '../load-file.ts';
import { meterCpu } from './cpu-meter.ts';
import { k6Died, openStartGate, type StartGate, startK6, stopK6, tailSamples, waitForStart } from './k6.ts';
import type { Ports } from './ports.ts';
import type { ChildHandle, Processes } from './process.ts';
import { unwritable } from './run-folder.ts';

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

/** k6 with a tape, up or coming up, held at its start gate. */
export interface ReadyGenerator {
  /** Opens the gate; resolves when the tape's first instant is fixed. */
  play(listeners: PlayListeners): Promise<Playing>;
  close(): Promise<void>;
}

interface Started {
  gate: StartGate;
  child: ChildHandle;
  csvFile: string;
  logFile: string;
  samplesFile: string;
}

/** Starts k6 with a tape for an address, which needn't answer yet. */
export async function readyGenerator(
  player: TapePlayer,
  tapeOf: Pick<StageSetup, 'load' | 'tape'> & { targetUrl: string; folder: string; asks?: TargetLoad },
): Promise<ReadyGenerator> {
  const { load, tape, targetUrl, folder, asks } = tapeOf;
  const loadFile = join(folder, 'load.json');
  const csvFile = join(folder, 'k6.csv');
  const logFile = join(folder, 'k6.log');
  const gate = await openStartGate(await player.ports.take());
  try {
    const urls = { startUrl: gate.url, targetUrl, target: asks };
    await writeLoad(loadFile, JSON.stringify(buildLoadFile(load, tape, player.requests, urls)));
    const child = startK6(player.processes, {
      program: player.k6,
      script: player.scriptOf(load.scenario),
      loadFile,
      csvFile,
      logFile,
      cores: player.cores,
      niceness: player.niceness,
    });
    const started = { gate, child, csvFile, logFile, samplesFile: join(folder, 'samples.csv') };
    return {
      play: (listeners) => letGo(started, listeners),
      close: async () => {
        gate.close();
        await stopK6(child);
      },
    };
  } catch (error) {
    gate.close();
    throw error;
  }
}

async function writeLoad(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw unwritable(file, error);
  }
}

async function letGo(started: Started, listeners: PlayListeners): Promise<Playing> {
  const { gate, child, csvFile, logFile, samplesFile } = started;
  try {
    gate.open();
    const t0 = await waitForStart(gate, child, logFile, listeners.signal);
    const cpu = meterCpu(child);
    const keeper = await openKeeper(samplesFile, listeners.onSamples);
    const tailed = tailSamples(csvFile, child.exited, keeper.add);
    const end = async () => {
      await tailed;
      await keeper.flushed();
      // Samples are kept in a form of their own; k6's rows of all other metrics are many times as large.
      await rm(csvFile, { force: true });
      const { code, signal } = await child.exited;
      if (code !== 0 && !listeners.signal.aborted) throw await k6Died(child, logFile, 'failed');
      return { exitCode: code, signal, ...cpu.used() };
    };
    // Samples that can't be kept are evidence lost, and no reason to play on.
    const ended = Promise.race([end(), keeper.failed]);
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
  let writing = append(file, sampleHeader());
  await writing;
  let fail: (error: unknown) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  return {
    add(samples: Sample[]): void {
      onSamples(samples);
      const rows = samples.map(sampleRow).join('');
      writing = writing.then(() => append(file, rows));
      writing.catch(fail);
    },
    flushed: () => writing,
    /** Rejects when a write fails; never resolves. */
    failed,
  };
}

async function append(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text);
  } catch (error) {
    throw unwritable(file, error);
  }
}
