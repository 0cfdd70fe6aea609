import type { Figures } from '#contract/figures.ts';
import { PHASES } from '#contract/names.ts';
import type { Verdict } from '#contract/verdict.ts';
import { distributionsOf } from './distributions.ts';
import { goodput, type Tally, tallyIn } from './series.ts';
import { stripsOf } from './strips.ts';
import { type DrawnTrial, type ExperimentView, type Judged, variantNames, viewExperiments } from './view.ts';

/** Shares of the curve of response times: a step is half of what is left, or a little more. */
export const SHARES = [
  0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9975, 0.999, 0.9995, 0.9999, 1,
] as const;

/** A verdict with the figures of its experiments; those that have some keep them. */
export function withFigures(input: Judged): Verdict {
  const views = viewExperiments(input);
  const experiments = input.verdict.experiments.map((judged) => {
    const view = views.find(({ verdict }) => verdict === judged);
    return judged.figures || !view ? judged : { ...judged, figures: figuresOf(view) };
  });
  return { ...input.verdict, experiments };
}

/** Those that its verdict has, else made from its samples. */
export function figuresIn(view: ExperimentView): Figures {
  return view.verdict.figures ?? figuresOf(view);
}

/** What the reports show of an experiment beside its judgement. */
function figuresOf(view: ExperimentView): Figures {
  const { strips, binSeconds } = stripsOf(view);
  const phases = view.trials.flatMap((trial) => phasesOf(trial, view.plan.load.deadlineMs));
  return {
    asked: askedOf(view),
    goodput: goodputsOf(view, phases),
    responseTimes: responseTimesOf(view),
    phases,
    wrong: {
      answers: phases.reduce((sum, { fates }) => sum + (fates['wrong'] ?? 0), 0),
      unfaithful: phases.reduce((sum, { unfaithful }) => sum + unfaithful, 0),
    },
    drawn: strips.map(({ trial, bins }) => ({
      trial: trial.facts.id,
      stretchSeconds: binSeconds,
      stretches: bins.map(talliedOf),
    })),
  };
}

function askedOf({ plan }: ExperimentView): Figures['asked'] {
  const { load, tapes, capacity, faults, objectives, trials, variants, against } = plan;
  const phases = (tapes[0]?.phases ?? []).filter(({ fromMs, toMs }) => toMs > fromMs);
  return {
    load,
    requests: tapes[0]?.atMs.length ?? 0,
    phases: phases.map(({ phase, fromMs, toMs }) => ({ phase, seconds: (toMs - fromMs) / 1000 })),
    capacity,
    faults: faults.map((fault) => ({ ...fault, seconds: (fault.healAtMs - fault.injectAtMs) / 1000 })),
    objectives,
    trials: trials.length,
    variants,
    ...(against ? { against } : {}),
  };
}

/** Of each variant and phase over all its trials: whatever of `SHARES` so many requests can show. */
function responseTimesOf(view: ExperimentView): Figures['responseTimes'] {
  return distributionsOf(view)
    .filter(({ responseTimes }) => responseTimes.totalCount > 0)
    .map(({ variant, phase, trials, responseTimes }) => ({
      variant,
      phase,
      trials,
      sent: responseTimes.totalCount,
      longestMs: responseTimes.maxValue / 1000,
      quantiles: SHARES.filter((share) => share === 1 || (1 - share) * responseTimes.totalCount >= 1).map(
        (share) => ({ share, ms: responseTimes.getValueAtPercentile(share * 100) / 1000 }),
      ),
    }));
}

/** Over all trials of a variant, each by as many requests as it planned; phases that did not take place are left out. */
function goodputsOf(
  { trials, ...view }: ExperimentView,
  phases: readonly PhaseFigures[],
): Figures['goodput'] {
  return variantNames(view).flatMap((variant) => {
    const ids = trials.filter(({ facts }) => facts.variant === variant).map(({ facts }) => facts.id);
    return PHASES.flatMap((phase) => {
      const own = phases.filter((one) => one.phase === phase && ids.includes(one.trial));
      const planned = own.reduce((sum, one) => sum + one.planned, 0);
      if (planned === 0) return [];
      const share = own.reduce((sum, one) => sum + (one.goodput ?? 0) * one.planned, 0) / planned;
      return [{ variant, phase, share }];
    });
  });
}

export type PhaseFigures = Figures['phases'][number];

/** A trial, phase by phase; phases that did not take place are left out. */
function phasesOf(trial: DrawnTrial, deadlineMs: number): PhaseFigures[] {
  return PHASES.flatMap((phase) => {
    const span = trial.spans[phase];
    if (!span || span.toMs <= span.fromMs) return [];
    const tally = tallyIn(trial, deadlineMs, span);
    return [
      {
        trial: trial.facts.id,
        phase,
        seconds: (span.toMs - span.fromMs) / 1000,
        ...talliedOf(tally),
        goodput: goodput(tally),
        unfaithful: tally.unfaithful,
      },
    ];
  });
}

function talliedOf({ planned, fates, p50Ms, p95Ms, p99Ms }: Omit<Tally, 'unfaithful'>) {
  return { planned, fates, p50Ms, p95Ms, p99Ms };
}
