import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildHandle, lastLines } from '#harness/effects/process.ts';

const ASK_EVERY_MS = 50;
const MOST_MS = 60_000;
const LOG_LINES = 8;

/** What was started, and where it writes. */
interface Started {
  child: ChildHandle;
  logFile: string;
}

/** Waits until an address answers, by default anything; rejects where its process ends before that, or takes a minute. */
export async function untilUp(
  address: string,
  { child, logFile }: Started,
  signal: AbortSignal,
  isUp: (answer: Response) => boolean = () => true,
): Promise<void> {
  const tooLong = AbortSignal.timeout(MOST_MS);
  const ended = AbortSignal.any([signal, tooLong]);
  while (!tooLong.aborted) {
    signal.throwIfAborted();
    const answer = await fetch(address, { signal: ended }).catch(() => null);
    if (answer && isUp(answer)) return;
    const exit = child.exit();
    if (exit) {
      throw await neverUp(
        `${child.name} ended before it answered: ${exit.error ?? `exit ${exit.code}`}`,
        logFile,
      );
    }
    await sleep(ASK_EVERY_MS);
  }
  throw await neverUp(`${child.name} was not up within ${MOST_MS / 1000} s`, logFile);
}

async function neverUp(what: string, logFile: string): Promise<Error> {
  const lines = await lastLines(logFile, LOG_LINES);
  return new Error([`${what}.`, ...(lines.length > 0 ? ['Its log ends:', ...lines] : [])].join('\n  '));
}
