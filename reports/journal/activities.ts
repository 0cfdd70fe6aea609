import type { FaultFacts, TrialFacts } from '#contract/record.ts';
import type { FaultResult, ObjectiveResult } from '#contract/verdict.ts';
import { faultText } from '../fault-words.ts';
import { percent, plural } from '../format.ts';
import { fatesIn, goodput, tapeEndMs } from '../series.ts';
import type { DrawnTrial, ExperimentView } from '../view.ts';
import { objectiveText } from '../words.ts';

// Chaos Toolkit's words: what an experiment declares, and what a journal says became of it.

/** Declared in the experiment; repeated in the result. */
export interface Activity {
  type: 'probe' | 'action';
  name: string;
  provider: { type: 'process'; path: string; arguments: string };
  tolerance?: { type: 'range'; range: [number, number] };
  background?: boolean;
}

export interface ActivityResult {
  activity: Activity;
  status: 'succeeded' | 'failed';
  start: string;
  end: string;
  /** Seconds. */
  duration: number;
  output: string | null;
  /** What went wrong, as Chaos Toolkit gives a stack trace. */
  exception?: string[];
  tolerance_met?: boolean;
}

/** One activity with its result; null where the run never came to it. */
export interface Played {
  activity: Activity;
  result: ActivityResult | null;
}

/** What would do it again: a Chaos Toolkit activity has to name a provider. */
function provider(command: string, experiment: string): Activity['provider'] {
  return { type: 'process', path: 'npm', arguments: `run ${command} -- ${experiment}` };
}

interface Happened {
  fromMs: number;
  toMs: number;
  output: string | null;
  wrong: string[];
}

function resultOf(activity: Activity, { fromMs, toMs, output, wrong }: Happened): ActivityResult {
  return {
    activity,
    status: wrong.length === 0 ? 'succeeded' : 'failed',
    start: instant(fromMs),
    end: instant(toMs),
    duration: (toMs - fromMs) / 1000,
    output,
    ...(wrong.length === 0 ? {} : { exception: wrong }),
  };
}

export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** The load of each trial, and each fault's inject with its evidence, in the order in which they were played. */
export function methodOf(view: ExperimentView, command: string): Played[] {
  const { plan, trials, verdict } = view;
  return plan.trials.flatMap(({ variant, round }) => {
    const trial = trials.find(({ facts }) => facts.variant === variant && facts.round === round);
    const by = provider(command, plan.name);
    const place = plan.tapes.length > 1 ? `${variant}, round ${round}` : variant;
    const load: Activity = { type: 'action', name: `load on ${place}`, provider: by, background: true };
    const faults = plan.faults.flatMap((fault): Played[] => {
      const facts = trial?.facts.faults.find(({ name }) => name === fault.name);
      const judged = verdict.faults.find(
        ({ name, trial: id }) => name === fault.name && id === trial?.facts.id,
      );
      const inject: Activity = {
        type: 'action',
        name: `inject ${fault.name} into ${place}`,
        provider: { ...by, arguments: `${by.arguments} --fault ${fault.name}` },
      };
      const bite: Activity = { type: 'probe', name: `${fault.name} bit ${place}`, provider: by };
      return [
        { activity: inject, result: injected(inject, facts, faultText(fault)) },
        { activity: bite, result: bitten(bite, facts, judged) },
      ];
    });
    return [{ activity: load, result: trial ? loaded(load, trial, view) : null }, ...faults];
  });
}

function loaded(activity: Activity, trial: DrawnTrial, { plan }: ExperimentView): ActivityResult {
  const { facts } = trial;
  const t0 = facts.t0 ?? 0;
  const whole = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };
  const fates = fatesIn(trial, plan.load.deadlineMs, whole);
  return resultOf(activity, {
    fromMs: t0,
    toMs: t0 + tapeEndMs(trial),
    output: `${plural(fates.planned, 'request')} planned, ${percent(goodput(fates))} answered correctly in time`,
    wrong: facts.ended === 'completed' ? [] : [facts.error?.message ?? facts.ended],
  });
}

function injected(activity: Activity, facts: FaultFacts | undefined, does: string): ActivityResult | null {
  if (!facts || facts.injectRequestedAt === null) return null;
  return resultOf(activity, {
    fromMs: facts.injectRequestedAt,
    toMs: facts.injectedAt ?? facts.injectRequestedAt,
    output: does,
    wrong: facts.injectedAt === null ? [facts.error ?? 'the inject was not acknowledged'] : [],
  });
}

function bitten(
  activity: Activity,
  facts: FaultFacts | undefined,
  judged: FaultResult | undefined,
): ActivityResult | null {
  if (!judged || facts?.injectedAt == null || facts.healRequestedAt === null) return null;
  const { held, observed } = judged.bite;
  return resultOf(activity, {
    fromMs: facts.injectedAt,
    toMs: facts.healRequestedAt,
    output: observed,
    wrong: held ? [] : [`the fault did not bite: ${observed}`],
  });
}

/** The heals; those of faults that were never injected have no result. */
export function rollbacksOf({ plan, trials }: ExperimentView, command: string): Played[] {
  return trials.flatMap(({ facts }) =>
    facts.faults.map((fault): Played => {
      const activity: Activity = {
        type: 'action',
        name: `heal ${fault.name} in ${facts.id}`,
        provider: provider(command, plan.name),
      };
      return { activity, result: healed(activity, fault, facts) };
    }),
  );
}

function healed(activity: Activity, fault: FaultFacts, facts: TrialFacts): ActivityResult | null {
  if (fault.healRequestedAt === null) return null;
  const clean = fault.healedAt !== null && fault.residue.length === 0;
  const why = facts.error?.message ?? 'the heal was not verified';
  return resultOf(activity, {
    fromMs: fault.healRequestedAt,
    toMs: fault.healedAt ?? fault.healRequestedAt,
    output: clean ? 'verified: nothing of it is left' : null,
    wrong: clean ? [] : [...fault.residue.map((left) => `still there: ${left}`), why],
  });
}

/** An objective as a probe of the steady-state hypothesis: it had to lie within its target. */
export function objectiveProbe(view: ExperimentView, result: ObjectiveResult, command: string): Played {
  const activity: Activity = {
    type: 'probe',
    name: result.name,
    provider: provider(command, view.plan.name),
    tolerance: { type: 'range', range: [result.target, 1] },
  };
  const trial = view.trials.find(({ facts }) => facts.variant === result.variant);
  const span = trial?.spans[result.phase];
  if (!trial || !span || trial.facts.t0 === null) return { activity, result: null };
  // A probe that measured too little, or nothing sound, failed: it did not find the system out of tolerance.
  const measured = result.outcome === 'pass' || result.outcome === 'fail';
  const played = resultOf(activity, {
    fromMs: trial.facts.t0 + span.fromMs,
    toMs: trial.facts.t0 + span.toMs,
    output: objectiveText(result),
    wrong: measured ? [] : [`${result.outcome}: ${result.advice}`],
  });
  return { activity, result: { ...played, tolerance_met: result.outcome === 'pass' } };
}
