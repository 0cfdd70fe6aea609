import { CANDIDATE } from '#contract/names.ts';
import type { ExperimentVerdict, Outcome, Verdict } from '#contract/verdict.ts';
import { evaluate } from '#slo/evaluate.ts';
import { simulateRun } from '../sim/simulated-run.ts';
import type { Defect } from './defects.ts';

/** The verdict on a run with the defect. */
export async function judgeDefect(defect: Defect): Promise<Verdict> {
  const { twin } = defect;
  const { plan, facts } = await simulateRun(defect.system ?? twin.system, {
    experiment: defect.experiment ?? twin.experiment,
    request: { ...twin.request, ...defect.request },
  });
  const [played] = facts.record.experiments;
  defect.spoil?.({ trials: played!.trials, samples: facts.samples });
  return evaluate(plan, facts.record, facts.samples);
}

/** The verdict on the same run unharmed. */
export async function judgeTwin({ twin }: Defect): Promise<Verdict> {
  const { plan, facts } = await simulateRun(twin.system, twin);
  return evaluate(plan, facts.record, facts.samples);
}

/** The outcome in one word: of a pass that says something unexpected, that it has a finding. */
export function saidOf({ outcome, experiments }: Verdict): Outcome | 'finding' {
  const isFinding = experiments.some(({ claims }) =>
    claims.some(({ kind, outcome }) => kind === 'loss' && outcome === 'fail'),
  );
  return outcome === 'pass' && isFinding ? 'finding' : outcome;
}

/** What did not pass: rules that the candidate's trials or a soak's baseline broke, objectives, claims. */
export function trippedIn({ validity, objectives, claims }: ExperimentVerdict): string[] {
  // A soak stands on what its baseline lost too.
  const rules = validity.filter(
    ({ variant, held, rule }) => !held && (variant === CANDIDATE || rule === 'baseline-loses'),
  );
  const missed = objectives.filter(({ variant, outcome }) => variant === CANDIDATE && outcome !== 'pass');
  return [
    ...rules.map(({ rule }) => rule),
    ...missed.map(({ name }) => name),
    ...claims.filter(({ outcome }) => outcome !== 'pass').map(({ name }) => name),
  ];
}
