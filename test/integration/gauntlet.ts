import { onTestFinished } from 'vitest';
import { type Running, type StartOptions, start, startTerminal } from './running.ts';

export { openPorts, readRecord, readRunFile, readVerdict } from './running.ts';

// The same for tests: whatever a test started is gone when it is over.

export function startGauntlet(args: readonly string[], options?: StartOptions): Running {
  return untilTestFinished(start(args, options));
}

export function startOnTerminal(args: readonly string[]): Running {
  return untilTestFinished(startTerminal(args));
}

function untilTestFinished(running: Running): Running {
  onTestFinished(running.remove);
  return running;
}

/** Runs a command to its end. */
export async function runGauntlet(args: readonly string[], options?: StartOptions) {
  const running = startGauntlet(args, options);
  const { code } = await running.exit;
  return { ...running, code };
}

/** What a shell shows as `$?`: npm ends itself with the signal that ended its script. */
export function shellCode({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): number {
  return signal === 'SIGINT' ? 130 : (code ?? -1);
}
