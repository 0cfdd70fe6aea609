import { GauntletError } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import { readActiveRun, releaseActiveRun } from '#harness/effects/active-run.ts';
import { healRun } from '#harness/effects/heal-run.ts';
import { isSameProcess } from '#harness/effects/process-identity.ts';
import { cacheDir } from './cache-dir.ts';

/** `heal`: ends what a dead run left, by hand. */
export async function runHeal(): Promise<ExitCode> {
  const run = readActiveRun(cacheDir);
  if (!run) {
    process.stdout.write('Nothing to heal: no run has left anything.\n');
    return EXIT.pass;
  }
  if (isSameProcess(run.harness)) {
    throw new GauntletError(
      'run-active',
      `The run is alive (${run.command}, process ${run.harness.pid}); Ctrl-C in its terminal heals and ends it.`,
    );
  }
  const { ended, left } = await healRun(run);
  process.stdout.write(`The run that died: ${run.command}, ${run.runFolder}\n`);
  for (const one of ended) process.stdout.write(`ended ${one}\n`);
  if (ended.length === 0) process.stdout.write('It had left no process.\n');
  if (left.length > 0) {
    process.stderr.write(`Still there, end them by hand:\n${left.join('\n')}\n`);
    return EXIT.healFailed;
  }
  releaseActiveRun(cacheDir);
  process.stdout.write('Healed: nothing of it is left.\n');
  return EXIT.pass;
}
