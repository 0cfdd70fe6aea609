import type { Budget } from '#contract/budget.ts';
import type { Phase } from '#contract/names.ts';
import type { PlannedExperiment } from '#contract/plan.ts';
import { rangeOf, type Span, type TrialView } from '#contract/trial-view.ts';
import { eyesOf, type RequestObjective } from './count.ts';
import { isOverRequests, missesAllowed } from './indicator.ts';

/** The phases that an error budget is told of; nobody promises anything of the warm-up. */
const TOLD: readonly Phase[] = ['steady', 'fault', 'recovery'];

interface Misses {
  total: number;
  misses: number;
  missSeconds: number;
  worst: Budget['worst'];
}

/** What each phase spent of each objective's error budget, variant by variant, over the trials given. */
export function budgetsOf(experiment: PlannedExperiment, views: readonly TrialView[]): Budget[] {
  const objectives = experiment.objectives.filter(isOverRequests);
  return Object.keys(experiment.variants).flatMap((variant) => {
    const own = views.filter(({ facts }) => facts.variant === variant);
    return objectives.flatMap((objective) => ledgerOf(objective, variant, experiment, own));
  });
}

/** One row a phase that took place. */
function ledgerOf(
  objective: RequestObjective,
  variant: string,
  experiment: PlannedExperiment,
  views: readonly TrialView[],
): Budget[] {
  const rows = phasesOf(objective).flatMap((phase) => {
    const spans = views.flatMap((view) => {
      const span = view.spans[phase];
      return span ? [missesIn(view, objective, span)] : [];
    });
    return spans.length === 0 ? [] : [{ phase, ...spans.reduce(add) }];
  });
  const share = missesAllowed(objective.target);
  const allowedInAll = rows.reduce((sum, { total }) => sum + share * total, 0);
  return rows.map(({ phase, total, misses, missSeconds, worst }) => ({
    objective: objective.name,
    variant,
    phase,
    fault: phase === 'fault' ? (experiment.faults[0]?.name ?? null) : null,
    judged: phase === objective.phase,
    target: objective.target,
    total,
    misses,
    allowed: Number((share * total).toPrecision(12)),
    spent: quotient(misses, share * total),
    spentOfAll: quotient(misses, allowedInAll),
    missSeconds,
    worst,
    why: whyNot(share, total),
  }));
}

/** What holds in the steady phase holds all the time in production; what is asked of another phase is its own. */
function phasesOf({ phase }: RequestObjective): readonly Phase[] {
  return phase === 'steady' ? TOLD : [phase];
}

/** Requests of one trial that an objective counts in a span, and those that it misses. */
export function missesIn(view: TrialView, objective: RequestObjective, span: Span): Misses {
  const { tape, samples } = view;
  const { counts, isGood } = eyesOf(objective, view);
  const inSecond = new Map<number, number>();
  let total = 0;
  let misses = 0;
  const { from, to } = rangeOf(tape, span);
  for (let i = from; i < to; i += 1) {
    if (!counts(samples, i)) continue;
    total += 1;
    if (isGood(samples, i)) continue;
    misses += 1;
    const second = Math.floor(tape.atMs[i]! / 1000);
    inSecond.set(second, (inSecond.get(second) ?? 0) + 1);
  }
  const [worst] = [...inSecond].sort(([, a], [, b]) => b - a);
  return {
    total,
    misses,
    missSeconds: inSecond.size,
    worst: worst ? { trial: view.facts.id, second: worst[0], misses: worst[1] } : null,
  };
}

function add(a: Misses, b: Misses): Misses {
  return {
    total: a.total + b.total,
    misses: a.misses + b.misses,
    missSeconds: a.missSeconds + b.missSeconds,
    worst: (b.worst?.misses ?? 0) > (a.worst?.misses ?? 0) ? b.worst : a.worst,
  };
}

function quotient(misses: number, allowed: number): number | null {
  return allowed === 0 ? null : misses / allowed;
}

function whyNot(share: number, total: number): string {
  if (total === 0) return 'No request was counted, so nothing could be spent.';
  return share === 0 ? 'No miss is allowed: there is no budget, and any miss is too many.' : '';
}
