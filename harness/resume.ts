import { type Capacity, experimentOf, type Plan, type PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { RunFacts } from './run.ts';

/**
 * The facts that a run goes on from: trials that were played to their end. One that was broken off is as if it had not
 * begun, and is played again.
 */
export function resumedFacts({ record, samples }: RunFacts, now: string): RunFacts {
  const { signal: _, ...rest } = record;
  const experiments = record.experiments.map((experiment) => ({
    ...experiment,
    trials: experiment.trials.filter(({ ended }) => ended === 'completed'),
  }));
  const kept = experiments.flatMap(({ name, trials }) => trials.map(({ id }) => `${name}/${id}`));
  return {
    record: {
      ...rest,
      endedAt: now,
      ended: 'interrupted',
      resumed: [...(record.resumed ?? []), now],
      experiments,
    },
    samples: new Map([...samples].filter(([id]) => kept.includes(id))),
  };
}

export function playedTrials({ experiments }: RunRecord): number {
  return experiments.reduce((sum, { trials }) => sum + trials.length, 0);
}

/** C as a plan has it, by experiment. */
export function capacitiesOf({ experiments }: Plan): Record<string, Capacity> {
  return Object.fromEntries(
    experiments.flatMap((one) => (one.capacity ? [[experimentOf(one), one.capacity]] : [])),
  );
}

/** Where two plans differ, in words; empty where they are the same. */
export function planDifferences(before: Plan, now: Plan): string[] {
  const heads = (['command', 'profile', 'seed', 'look', 'pool'] as const)
    .filter((key) => !isSame(before[key], now[key]))
    .map((key) => `${key} was ${JSON.stringify(before[key])} and is ${JSON.stringify(now[key])}`);
  const [then, today] = [before, now].map(({ experiments }) =>
    experiments.map(({ name }) => name).join(', '),
  );
  if (then !== today) return [...heads, `it played ${then}, and this would play ${today}`];
  return [
    ...heads,
    ...before.experiments.flatMap((experiment, i) => {
      const fields = differentFields(experiment, now.experiments[i]!);
      return fields.length === 0 ? [] : [`${experiment.name}: other ${fields.join(', ')}`];
    }),
  ];
}

function differentFields(before: PlannedExperiment, now: PlannedExperiment): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(now)]) as Set<keyof PlannedExperiment>;
  return [...fields].filter((field) => !isSame(before[field], now[field]));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
