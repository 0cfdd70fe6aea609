import { type ActiveRun, RUN_MARK } from './active-run.ts';
import { claimActiveRun } from './claim-run.ts';
import { startWatchdog } from './lease.ts';
import { createProcesses, type Processes } from './process.ts';
import { runtimes } from './runtimes/index.ts';

/** A run that is healed whatever ends it. */
export interface GuardedRun {
  /** Everything that the run starts is started here. */
  processes: Processes;
  /** Stops what is left, then lets the watchdog go and the next run begin. */
  end(): Promise<void>;
}

/** Claims the machine for a run and sets a watchdog over it; refuses while another run is active or left something. */
export async function guardRun(
  cacheDir: string,
  run: Omit<ActiveRun, 'harness' | 'children'>,
): Promise<GuardedRun> {
  const active = await claimActiveRun(cacheDir, run);
  const watchdog = startWatchdog(cacheDir, run.runId);
  const processes = createProcesses({ mark: { [RUN_MARK]: run.runId }, onStart: active.addChild });
  return {
    processes,
    async end() {
      await processes.stopAll();
      const elsewhere = await runtimes[run.runtime ?? 'processes'].removeLeft?.(run.runId);
      await watchdog.dismiss();
      // What could not be ended is for `npm run heal`, which finds it by this file.
      if (processes.living().length === 0 && !elsewhere?.left.length) active.release();
    },
  };
}
