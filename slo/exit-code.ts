import { exitCodeFor } from '#contract/errors.ts';
import { EXIT, type ExitCode, worstExit } from '#contract/exit-codes.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { RunRecord } from '#contract/record.ts';
import type { ExperimentVerdict } from '#contract/verdict.ts';

/** Errors that count whoever met them: the system may still be faulted, the disk is full, there is a bug. */
const ANYBODYS = new Set<string | undefined>(['heal-failed', 'run-folder', 'internal']);

/** The code that speaks for a run: of its experiments, of what went wrong in its trials, and of how it ended. */
export function exitCodeOf(experiments: readonly ExperimentVerdict[], record: RunRecord): ExitCode {
  const codes: ExitCode[] = experiments.map(experimentCode);
  for (const trial of record.experiments.flatMap(({ trials }) => trials)) {
    // A baseline that never got well, or died, is printed; only the candidate's errors count, and what may be left.
    const counts = trial.variant === CANDIDATE || ANYBODYS.has(trial.error?.code);
    if (trial.error && counts) codes.push(exitCodeFor(trial.error.code));
  }
  if (record.ended === 'interrupted') {
    const isCtrlC = record.signal === undefined || record.signal === 'SIGINT';
    codes.push(isCtrlC ? EXIT.interrupted : EXIT.terminated);
  }
  return worstExit(codes);
}

function experimentCode({ outcome, objectives, claims, regressions }: ExperimentVerdict): ExitCode {
  if (outcome === 'pass') return EXIT.pass;
  if (outcome !== 'fail') return EXIT.undecided;
  const missed = objectives.some((result) => result.variant === CANDIDATE && result.outcome === 'fail');
  const unproven = claims.some((result) => result.kind !== 'loss' && result.outcome === 'fail');
  const isRegression = regressions.some((result) => result.outcome === 'regression');
  return isRegression && !missed && !unproven ? EXIT.regression : EXIT.fail;
}
