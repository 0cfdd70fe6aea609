import { GauntletError } from '#contract/errors.ts';
import type { PlannedExperiment, PlannedFault, PlannedTrial } from '#contract/plan.ts';
import type { FaultFacts, TrialFacts } from '#contract/record.ts';

/** The facts of a trial that has not begun. */
export function blankFacts(experiment: PlannedExperiment, trial: PlannedTrial): TrialFacts {
  return {
    id: trial.id,
    variant: trial.variant,
    round: trial.round,
    t0: null,
    // What a reader of the record finds when the harness is killed before the trial's end.
    ended: 'interrupted',
    error: null,
    faults: experiment.faults.map(({ name }) => ({
      name,
      injectRequestedAt: null,
      injectedAt: null,
      healRequestedAt: null,
      healedAt: null,
      residue: [],
      error: null,
    })),
    steadyGoodput: null,
    scrapes: [],
    generator: null,
    services: [],
    links: [],
    clockDriftMs: 0,
    samplesFile: `trials/${experiment.name}/${trial.id}/samples.parquet`,
  };
}

export function factsOf(facts: TrialFacts, fault: PlannedFault): FaultFacts {
  return facts.faults.find(({ name }) => name === fault.name)!;
}

/** What ended a trial before its time. */
export function note(facts: TrialFacts, error: unknown, signal: AbortSignal): void {
  facts.ended = signal.aborted ? 'interrupted' : 'aborted';
  if (signal.aborted) return;
  const code = error instanceof GauntletError ? error.code : 'internal';
  const message = error instanceof GauntletError ? error.message : String((error as Error).stack ?? error);
  facts.error = { code, message };
}
