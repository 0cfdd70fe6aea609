import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Experiment } from '#contract/experiment.ts';
import type { Verdict } from '#contract/verdict.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { readRun, type SavedRun } from '#harness/cli/saved-run.ts';
import { judgeFacts } from '#harness/cli/verdict.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD, type SimulatedSystem } from '../sim/effects.ts';
import { fragile, resilient, saveSimulation } from '../sim/saved.ts';

/** As little load and time as can still be judged, so that a run is read in milliseconds. */
const experiment: Experiment = {
  ...shortBreaker,
  load: {
    ...shortBreaker.load,
    rate: { perSecond: 10 },
    seconds: { warmUp: 1, steady: 7, fault: 1, recovery: 4 },
  },
  objectives: [
    { name: 'available', indicator: 'availability', phase: 'steady', target: 0.9 },
    { name: 'soon', indicator: 'latency', phase: 'steady', withinMs: 100, target: 0.9 },
    { name: 'faithful', indicator: 'fidelity', phase: 'fault', target: 1 },
    { name: 'correct', indicator: 'goodput', phase: 'fault', target: 0.9 },
    { name: 'recovers', indicator: 'recovery', phase: 'recovery', withinSeconds: 3, target: 1 },
  ],
  claims: circuitBreaker.claims.filter(({ against }) => against === 'no-timeout'),
};

/** Late in its first play, so that the machine seems disturbed and the trial is played again. */
function disturbedOnce(): SimulatedSystem {
  let plays = 0;
  return {
    answer: (index, _, faulted) => {
      if (index === 0) plays += 1;
      return {
        ...GOOD,
        index,
        latenessMs: plays === 1 ? 50 : 0,
        ...(faulted ? { servedBy: 'fallback' } : {}),
      };
    },
  };
}

/** A saved run as it was before anything was done to it. */
export interface Original {
  path: string;
  /** What is judged: plan.json, record.json and the samples of each trial. */
  files: Map<string, Buffer>;
  /** As it was read, in one text that two readings can be compared by. */
  facts: string;
  verdict: Verdict;
}

/** Runs that passed, failed, were disturbed and were interrupted. */
export async function savedOriginals(): Promise<Original[]> {
  const saved = [
    await saveSimulation(resilient, { experiment }),
    await saveSimulation(fragile, { experiment }),
    await saveSimulation(disturbedOnce(), { experiment }),
    await saveSimulation(resilient, { experiment, interrupt: { atMs: 9_000, signal: 'SIGINT' } }),
  ];
  expect(saved.map(({ verdict }) => verdict.outcome)).toEqual(['pass', 'fail', 'pass', 'invalid']);
  return Promise.all(
    saved.map(async ({ path, verdict }) => {
      const read = await readRun(path);
      const samples = read.record.experiments.flatMap(({ trials }) =>
        trials.map((facts) => facts.samplesFile),
      );
      const files = ['plan.json', 'record.json', ...samples].map(
        (name) => [name, readFileSync(join(path, name))] as const,
      );
      return { path, files: new Map(files), facts: factsOf(read), verdict };
    }),
  );
}

/** All that a judgement rests on. */
export function factsOf({ plan, record, samples }: SavedRun): string {
  return JSON.stringify([plan, record, [...samples]]);
}

export type Outcome = { error: unknown } | { read: SavedRun; verdict: Verdict };

/** What comes of reading and judging a run whose files were changed; afterwards they are as they were. */
export async function outcomeOf(
  original: Original,
  changed: ReadonlyMap<string, string | Buffer>,
  prepare: () => void = () => {},
): Promise<Outcome> {
  try {
    for (const [name, content] of changed) writeFileSync(join(original.path, name), content);
    prepare();
    const read = await readRun(original.path);
    return { read, verdict: judgeFacts(read.plan, read, undefined) };
  } catch (error) {
    return { error };
  } finally {
    // Sealing changes the record too.
    for (const name of new Set([...changed.keys(), 'record.json'])) {
      writeFileSync(join(original.path, name), original.files.get(name)!);
    }
  }
}
