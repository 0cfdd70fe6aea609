import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildHandle } from '#harness/effects/process.ts';

const ASK_EVERY_MS = 50;

/** Waits until an address answers, by default anything; rejects where its process ends before that. */
export async function untilUp(
  address: string,
  child: ChildHandle,
  signal: AbortSignal,
  isUp: (answer: Response) => boolean = () => true,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(address).catch(() => null);
    if (answer && isUp(answer)) return;
    const exit = child.exit();
    if (exit) throw new Error(`${child.name} ended before it answered: ${exit.error ?? `exit ${exit.code}`}`);
    await sleep(ASK_EVERY_MS);
  }
}
