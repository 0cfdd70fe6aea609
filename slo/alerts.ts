import type { BurnRate, FaultAlert, Rang, TrialAlerts } from '#contract/budget.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { missesIn } from './budget.ts';
import { looksThatRing, type Series } from './burn.ts';
import { atTarget, scaled, scaleFor } from './burn-rates.ts';
import { eyesOf, type RequestObjective } from './count.ts';
import { isOverRequests, knownAtMs, missesAllowed } from './indicator.ts';

/** What burn-rate alerts would have made of a trial; null where no objective has a budget that they could watch. */
export function alertsOf(view: TrialView): TrialAlerts | null {
  const { facts, experiment } = view;
  const watched = experiment.objectives.filter(isOverRequests).filter(isWatched);
  if (watched.length === 0) return null;
  const { ratePerSecond } = experiment.load;
  const [fromSecond, endSecond] = secondsOf(view);
  const scale = scaleFor(endSecond - fromSecond);
  const rules = scaled(scale);
  const rang = watched
    .flatMap((objective) => rangFor(objective, rules, view))
    .sort((a, b) => a.fromSecond - b.fromSecond || urgency(a) - urgency(b));
  return {
    variant: facts.variant,
    trial: facts.id,
    scale,
    watched: watched.map(({ name, target }) => ({
      objective: name,
      target,
      rules: rules.map((rule) => atTarget(rule, target, ratePerSecond)),
    })),
    rang,
    faults: injectsOf(view).map(({ name, second }) => faultAlert(name, second, rang, watched, view)),
  };
}

function urgency({ severity }: BurnRate): number {
  return severity === 'page' ? 0 : 1;
}

/** A promise for the steady phase is one for all the time: an alert doesn't know in which phase it looks. */
function isWatched({ phase, target }: RequestObjective): boolean {
  return phase === 'steady' && target < 1;
}

function rangFor(objective: RequestObjective, rules: readonly BurnRate[], view: TrialView): Rang[] {
  const series = seriesOf(view, objective);
  const { ratePerSecond } = view.experiment.load;
  return rules.flatMap((rule) => {
    const { silent, leastRequests } = atTarget(rule, objective.target, ratePerSecond);
    if (silent !== '') return [];
    return looksThatRing(series, rule, objective.target, leastRequests).map((ring) => {
      const inject = injectsOf(view).findLast(({ second }) => second < ring.fromSecond);
      return {
        objective: objective.name,
        ...rule,
        ...ring,
        fault: inject?.name ?? null,
        secondsAfterInject: inject ? Number((ring.fromSecond - inject.second).toFixed(3)) : null,
      };
    });
  });
}

/** First and last second, the warm-up left out: nobody promises anything of it. */
function secondsOf({ spans, tape }: TrialView): [number, number] {
  const endMs = Math.max(0, ...tape.phases.map(({ toMs }) => toMs));
  return [Math.ceil((spans['warm-up']?.toMs ?? 0) / 1000), Math.floor(endMs / 1000)];
}

/** Each request in the second in which it was known what it is, which for a miss is up to a deadline after the plan. */
export function seriesOf(view: TrialView, objective: RequestObjective): Series {
  const { tape, samples, experiment } = view;
  const { deadlineMs, ratePerSecond } = experiment.load;
  const [fromSecond, endSecond] = secondsOf(view);
  const seconds = Array.from({ length: endSecond - fromSecond }, () => ({ total: 0, misses: 0 }));
  const { counts, isGood } = eyesOf(objective, view);
  tape.atMs.forEach((plannedMs, i) => {
    if (plannedMs < fromSecond * 1000 || !counts(samples, i)) return;
    // A look at the end of a second sees what was known by then.
    const known = Math.ceil(knownAtMs(objective, view, i, deadlineMs) / 1000) - 1;
    const second = seconds[Math.max(0, known - fromSecond)];
    if (!second) return;
    second.total += 1;
    if (!isGood(samples, i)) second.misses += 1;
  });
  return { fromSecond, seconds, ratePerSecond };
}

function injectsOf({ facts }: TrialView): { name: string; second: number }[] {
  return facts.faults.flatMap(({ name, injectedAt }) =>
    injectedAt === null || facts.t0 === null ? [] : [{ name, second: (injectedAt - facts.t0) / 1000 }],
  );
}

function faultAlert(
  name: string,
  second: number,
  rang: readonly Rang[],
  watched: readonly RequestObjective[],
  view: TrialView,
): FaultAlert {
  const { fault: span } = view.spans;
  const burns = watched.flatMap((objective) => {
    const { misses, total } = span ? missesIn(view, objective, span) : { misses: 0, total: 0 };
    if (total === 0) return [];
    return [{ objective: objective.name, times: misses / (missesAllowed(objective.target) * total) }];
  });
  return {
    name,
    first: rang.find(({ fault }) => fault === name) ?? null,
    rangBefore: rang.some(
      ({ fromSecond, toSecond }) => fromSecond <= second && (toSecond === null || toSecond > second),
    ),
    burnt: burns.length === 0 ? null : burns.reduce((most, one) => (one.times > most.times ? one : most)),
  };
}
