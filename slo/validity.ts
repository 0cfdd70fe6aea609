import type { PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import { type TrialView, viewTrial } from '#contract/trial-view.ts';
import type { Validity } from '#contract/verdict.ts';
import { type Check, checks } from './checks/index.ts';

/** The trials of one experiment, and which of them prove anything. */
export interface CheckedTrials {
  views: TrialView[];
  validity: Validity[];
  valid(view: TrialView): boolean;
}

/** Joins plan and facts, and checks every trial, those that were not played among them. */
export function checkTrials(
  experiment: PlannedExperiment,
  record: RunRecord,
  samples: ReadonlyMap<string, Samples>,
): CheckedTrials {
  const trials = record.experiments.find(({ name }) => name === experiment.name)?.trials ?? [];
  const views = trials.map((facts) =>
    viewTrial(experiment, facts, samples.get(`${experiment.name}/${facts.id}`)),
  );
  const validity = [...views.flatMap(checkTrial), ...missingTrials(experiment, views)];
  const broken = new Set(validity.filter(({ held }) => !held).map(({ trial }) => trial));
  return { views, validity, valid: (view) => !broken.has(view.facts.id) };
}

function checkTrial(view: TrialView): Validity[] {
  const { variant, id: trial } = view.facts;
  return Object.entries(checks).flatMap(([rule, check]) => {
    const checked = runCheck(check, view);
    return checked === null ? [] : [{ rule, variant, trial, ...checked }];
  });
}

/** A check that throws is never a pass. */
function runCheck(check: Check, view: TrialView): ReturnType<Check> {
  try {
    return check(view);
  } catch (error) {
    return {
      held: false,
      observed: `the check failed: ${(error as Error).message}`,
      advice: 'This is a bug; report it.',
    };
  }
}

function missingTrials(experiment: PlannedExperiment, views: readonly TrialView[]): Validity[] {
  const nameOf = ({ variant, round }: { variant: string; round: number }) => `${round} ${variant}`;
  const played = new Set(views.map(({ facts }) => nameOf(facts)));
  return experiment.trials
    .filter((trial) => !played.has(nameOf(trial)))
    .map(({ id, variant }) => ({
      rule: 'completed',
      variant,
      trial: id,
      held: false,
      observed: 'not played',
      advice: 'Run it again to its end.',
    }));
}
