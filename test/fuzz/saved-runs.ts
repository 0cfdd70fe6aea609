import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Experiment } from '#contract/experiment.ts';
import { rowsFileOf } from '#contract/record.ts';
import { eachSample } from '#contract/samples.ts';
import type { Verdict } from '#contract/verdict.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { readRun, type SavedRun } from '#harness/cli/saved-run.ts';
import { judgeFacts } from '#harness/cli/verdict.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD, type SimulatedSystem } from '../sim/effects.ts';
import { saveKilled } from '../sim/killed.ts';
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

/** Loses every tenth answer, so that nothing is injected. */
const unsteady: SimulatedSystem = {
  answer: (index) => ({ ...GOOD, index, ...(index % 10 === 0 ? { status: 0, errorCode: 1050 } : {}) }),
};

/** A saved run as it was before anything was done to it. */
export interface Original {
  path: string;
  /** What is judged: plan.json, record.json and the samples of each trial. */
  files: Map<string, Buffer>;
  facts: Facts;
  verdict: Verdict;
  /** Those of a trial whose harness was killed are not. */
  areSamplesSealed: boolean;
}

/** Runs that passed, failed, were disturbed, were not steady, compared, were interrupted, and whose harness was killed in a fault. */
export async function savedOriginals(): Promise<Original[]> {
  const saved = [
    await saveSimulation(resilient, { experiment }),
    await saveSimulation(fragile, { experiment }),
    await saveSimulation(disturbedOnce(), { experiment }),
    await saveSimulation(unsteady, { experiment }),
    await saveSimulation(resilient, { experiment, request: { command: 'compare', profile: 'standard' } }),
    await saveSimulation(resilient, {
      experiment,
      request: { command: 'compare', look: { number: 1, of: 4 } },
    }),
    await saveSimulation(resilient, { experiment, interrupt: { atMs: 9_000, signal: 'SIGINT' } }),
  ];
  const outcomes = ['pass', 'fail', 'pass', 'invalid', 'fail', 'pass', 'invalid'];
  expect(saved.map(({ verdict }) => verdict.outcome)).toEqual(outcomes);
  const runs = [
    ...saved.map(({ path }) => ({ path, areSamplesSealed: true })),
    { path: (await saveKilled({ experiment }, 70)).path, areSamplesSealed: false },
  ];
  return Promise.all(
    runs.map(async ({ path, areSamplesSealed }) => {
      const read = await readRun(path);
      const samples = read.record.experiments.flatMap(({ trials }) =>
        trials.map((facts) => (areSamplesSealed ? facts.samplesFile : rowsFileOf(facts))),
      );
      const files = ['plan.json', 'record.json', ...samples].map(
        (name) => [name, readFileSync(join(path, name))] as const,
      );
      const verdict = judgeFacts(read.plan, read, undefined);
      return { path, files: new Map(files), facts: factsOf(read), verdict, areSamplesSealed };
    }),
  );
}

/** All that a judgement rests on, in texts that two readings can be compared by. */
export interface Facts {
  planAndRecord: string;
  samples: string;
}

export function factsOf({ plan, record, samples }: SavedRun): Facts {
  return {
    planAndRecord: JSON.stringify([plan, record]),
    samples: JSON.stringify([...samples].map(([trial, all]) => [trial, [...eachSample(all)]])),
  };
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
