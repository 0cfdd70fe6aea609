import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { readRun, runIds } from '#harness/cli/saved-run.ts';
import { judgeFacts } from '#harness/cli/verdict.ts';
import { readActiveRun } from '#harness/effects/active-run.ts';
import { openPortsOf, type Running, start } from '../integration/running.ts';
import { firstRightAnswer, wholeRun } from './afterwards.ts';
import { EXPERIMENT, type Moment, reach, untilReached } from './phases.ts';

/** A dead harness's faults and processes must be gone within this. */
export const HEALED_WITHIN_MS = 2_000;
/** How long is looked for what is left, so that a late heal is told from none. */
const PATIENCE_MS = 10_000;
/** After every so many kills a whole run is played. */
const WHOLE_RUN_EVERY = 10;

export interface Killed extends Moment {
  /** What the record on disk says of the fault: whether it was active when the harness died. */
  faultActive: boolean;
  healedMs: number;
  /** Everything that was not as it should be; empty when all was well. */
  problems: string[];
}

/** Plays the short experiment, kills the harness with SIGKILL at the moment, and looks at what is left. */
export function killOnce(moment: Moment): Promise<Killed> {
  return untilReached(() => attempt(moment));
}

async function attempt(moment: Moment): Promise<Killed> {
  const running = start(['chaos', EXPERIMENT, '--fault', moment.fault]);
  try {
    await reach(running, moment.phase, moment.delayMs);
    running.child.kill('SIGKILL');
    const healedMs = await goneAfter(running);
    await running.exit;
    const problems = [
      ...(healedMs <= HEALED_WITHIN_MS
        ? []
        : [`healed after ${healedMs} ms, left: ${[...running.processes(), ...(await listening(running))]}`]),
    ];
    const { faultActive, problems: ofRecord } = await readPartial(running);
    return {
      ...moment,
      faultActive,
      healedMs,
      problems: [...problems, ...ofRecord, ...(await goesOn(moment))],
    };
  } finally {
    running.remove();
  }
}

/** Milliseconds until no process or port of the run is left and the next one may start. */
async function goneAfter(running: Running): Promise<number> {
  const from = performance.now();
  for (;;) {
    const left = running.processes().length > 0 || readActiveRun(cacheDir) !== null;
    // A process that is being killed closes its ports a moment after it can't be seen any more.
    if (!left && (await listening(running)).length === 0) return Math.round(performance.now() - from);
    if (performance.now() - from > PATIENCE_MS) return Number.POSITIVE_INFINITY;
    await sleep(20);
  }
}

async function listening(running: Running): Promise<string[]> {
  return openPortsOf(await newestRun(running)).catch(() => []);
}

/** The run folder of a killed harness reads and judges as an interrupted run. */
async function readPartial(running: Running): Promise<{ faultActive: boolean; problems: string[] }> {
  try {
    const saved = await readRun(await newestRun(running), running.out);
    const verdict = judgeFacts(saved.plan, saved, undefined);
    const fault = saved.record.experiments[0]?.trials[0]?.faults[0];
    return {
      faultActive: fault !== undefined && fault.injectedAt !== null && fault.healedAt === null,
      problems:
        saved.record.ended === 'interrupted' && verdict.outcome === 'invalid'
          ? []
          : [`the record says ${saved.record.ended}, judged ${verdict.outcome}`],
    };
  } catch (error) {
    return { faultActive: false, problems: [`the run can't be read: ${(error as Error).message}`] };
  }
}

async function newestRun({ out }: Running): Promise<string> {
  return `${out}/${(await runIds(out)).at(-1)}`;
}

async function goesOn({ number }: Moment): Promise<string[]> {
  return [...(await firstRightAnswer()), ...(number % WHOLE_RUN_EVERY === 0 ? await wholeRun() : [])];
}
