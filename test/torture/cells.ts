import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Running, start } from '../integration/running.ts';
import { type FaultyFolder, makeFaultyFolder } from './faulty-folder.ts';
import { EXPERIMENT, NotReached, PHASE_NAMES, type PhaseName, reach, untilReached } from './phases.ts';

/** From the accident to the end of the command, healed and with its outcome named. */
export const NAMED_WITHIN_MS = 10_000;
const PATIENCE_MS = 40_000;

/** What can happen to a run from outside, and how it must end. */
interface Accident {
  /** Finds the process by its command line, and kills it; null: something happens to the run folder. */
  victim: RegExp | null;
  folder?: 'full' | 'read-only';
  exitCode: 2 | 70;
  /** The outcome's name, in what the command prints. */
  named: RegExp;
}

export const ACCIDENTS = {
  'k6 killed': { victim: /\/k6 run /, exitCode: 2, named: /k6 (failed|ended before)/ },
  'Toxiproxy killed': { victim: /\/toxiproxy-server /, exitCode: 2, named: /Toxiproxy/ },
  'gateway killed': { victim: /gateway\/main\.ts /, exitCode: 2, named: /gateway (died|ended before)/ },
  'model-server killed': {
    victim: /model-server\/main\.ts /,
    exitCode: 2,
    named: /model-server (died|ended before)/,
  },
  'run folder full': { victim: null, folder: 'full', exitCode: 70, named: /can't be written: ENOSPC/ },
  'run folder read-only': {
    victim: null,
    folder: 'read-only',
    exitCode: 70,
    named: /can't be written: EROFS/,
  },
} as const satisfies Record<string, Accident>;
export type AccidentName = keyof typeof ACCIDENTS;

export interface Cell {
  accident: AccidentName;
  phase: PhaseName;
}

/** Every accident in every phase. */
export const CELLS: Cell[] = (Object.keys(ACCIDENTS) as AccidentName[]).flatMap((accident) =>
  PHASE_NAMES.map((phase) => ({ accident, phase })),
);

export interface CellResult extends Cell {
  exitCode: number | null;
  namedMs: number;
  /** The line that named the outcome. */
  named: string;
  problems: string[];
}

/** Plays the short experiment, lets the accident happen in the phase, and looks at how the command ends. */
export function playCell(cell: Cell): Promise<CellResult> {
  return untilReached(() => attempt(cell));
}

async function attempt({ accident, phase }: Cell): Promise<CellResult> {
  const wanted: Accident = ACCIDENTS[accident];
  const folder = wanted.folder ? makeFaultyFolder() : null;
  const running = start(['chaos', EXPERIMENT], folder ? { out: folder.path } : {});
  try {
    await reach(running, phase);
    await cause(wanted, running, folder);
    const from = performance.now();
    const ended = await Promise.race([running.exit, sleep(PATIENCE_MS, null)]);
    const namedMs = Math.round(performance.now() - from);
    const code = ended?.code ?? null;
    return {
      accident,
      phase,
      exitCode: code,
      namedMs,
      named: lineWith(wanted.named, running.output()),
      problems: [...problemsOf(wanted, running, code, namedMs), ...evidenceProblems(wanted, running)],
    };
  } finally {
    folder?.release();
    running.remove();
  }
}

async function cause(wanted: Accident, running: Running, folder: FaultyFolder | null): Promise<void> {
  if (wanted.folder === 'full') return folder!.fill();
  if (wanted.folder === 'read-only') return folder!.forbid();
  while (running.child.exitCode === null) {
    // In the first phase it may only be about to start.
    const found = running.processes().find((line) => wanted.victim!.test(line));
    if (found) return void process.kill(Number(found.split(' ')[0]), 'SIGKILL');
    await sleep(10);
  }
  throw new NotReached(running.output());
}

function problemsOf(wanted: Accident, running: Running, code: number | null, namedMs: number): string[] {
  const output = running.output();
  const left = running.processes();
  return [
    ...(code === wanted.exitCode ? [] : [`exit ${code}, wanted ${wanted.exitCode}: ${lastLines(output)}`]),
    ...(namedMs <= NAMED_WITHIN_MS ? [] : [`it took ${namedMs} ms`]),
    ...(wanted.named.test(output) ? [] : [`the outcome has no name: ${lastLines(output)}`]),
    ...(/^ {4}at /m.test(output) ? [`a stack trace: ${lastLines(output)}`] : []),
    ...(left.length === 0 ? [] : [`left: ${left}`]),
  ];
}

/** Where the folder could be written, the verdict in it says invalid. */
function evidenceProblems({ folder }: Accident, { out }: Running): string[] {
  if (folder) return [];
  const file = join(out, 'latest', 'verdict.json');
  if (!existsSync(file)) return ['there is no verdict.json'];
  const { outcome } = JSON.parse(readFileSync(file, 'utf8')) as { outcome: string };
  return outcome === 'invalid' ? [] : [`the verdict says ${outcome}`];
}

function lineWith(pattern: RegExp, text: string): string {
  return (
    text
      .split('\n')
      .find((line) => pattern.test(line))
      ?.trim() ?? ''
  );
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-5).join(' / ');
}
