import type { ExitCode } from '#contract/exit-codes.ts';
import { EXIT } from '#contract/exit-codes.ts';
import type { RunRecord } from '#contract/record.ts';

/** A terminal's Ctrl-C reaches us, and npm passes its own on: two signals within this time are one wish. */
const ONE_WISH_MS = 700;

type EndingSignal = NonNullable<RunRecord['signal']>;

export interface Session {
  /** Aborts at the first signal. */
  signal: AbortSignal;
  /** Set by a second Ctrl-C: end without a report. Healing is never skipped. */
  skipReport(): boolean;
  /** The signal that ended the session, for the record; undefined when none did. */
  endedBy(): RunRecord['signal'];
  /** Its exit code; null when none did. */
  exitCode(): ExitCode | null;
  dispose(): void;
}

/** Turns SIGINT, SIGTERM and SIGHUP into an abort that everything heals and ends by. */
export function openSession(onInterrupt: (again: boolean) => void): Session {
  const controller = new AbortController();
  let firstAt = 0;
  let skip = false;
  let code: ExitCode | null = null;
  let endedBy: RunRecord['signal'];
  const onSignal = (signal: EndingSignal) => {
    const now = performance.now();
    if (code === null) {
      firstAt = now;
      endedBy = signal;
      code = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
      onInterrupt(false);
      controller.abort(new Error(`ended by ${signal}`));
    } else if (now - firstAt > ONE_WISH_MS && !skip) {
      skip = true;
      onInterrupt(true);
    }
  };
  const signals: EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    skipReport: () => skip,
    endedBy: () => endedBy,
    exitCode: () => code,
    dispose: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
