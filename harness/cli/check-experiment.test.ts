import { describe, expect, test } from 'vitest';
import type { Experiment } from '#contract/experiment.ts';
import type { FaultUse } from '#contract/fault.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { system } from '#sut/system.ts';
import { experimentProblems } from './check-experiment.ts';
import { maps } from './maps.ts';
import { readObjectives } from './objectives.ts';

const objectives = (await readObjectives()).byName;

/** What is wrong with the breaker's experiment when this is its only fault. */
function problemsWith(use: Omit<FaultUse, 'options'> | object): string[] {
  const faults = { odd: { options: {}, ...use } };
  return experimentProblems({ ...circuitBreaker, faults, claims: [] } as Experiment, maps, objectives);
}

describe('an experiment', () => {
  const { load, baselines, candidate, claims } = circuitBreaker;
  const itself: Record<string, unknown> = {};
  itself['itself'] = itself;
  test.each<[string, object, string]>([
    [
      'with a baseline that would replace the candidate',
      { baselines: { ...baselines, candidate } },
      "baselines.candidate: that is the candidate's own name; give the baseline another.",
    ],
    [
      'with a baseline of a name that no folder can have',
      { baselines: { ...baselines, 'No Timeout': 3 } },
      "baselines: unknown key 'No Timeout'",
    ],
    [
      'with a main baseline of the language',
      { mainBaseline: 'constructor' },
      "Unknown baseline 'constructor'",
    ],
    [
      'with a scenario of the language',
      { load: { ...load, scenario: 'toString' } },
      "Unknown scenario 'toString' in load.scenario; known: steady, zipf-1, jobs, zipf-1-warm, zipf-07-warm, zipf-2.",
    ],
    [
      'with a metric of the language',
      { claims: [{ ...claims[0], metric: 'valueOf' }] },
      "Unknown metric 'valueOf' in claim keeps-goodput",
    ],
    [
      'with a claim in a fault that it does not have',
      { claims: [{ ...claims[0], in: ['latency', 'valueOf'] }] },
      "Unknown fault 'valueOf' in claim keeps-goodput; known: latency,",
    ],
    [
      'that compares a time by paired keys',
      { claims: [{ ...claims[0], compare: 'paired-keys' }] },
      "claim keeps-goodput: goodput-in-fault can't be compared by paired-keys; only accuracy-in-steady, accuracy-in-fault, accuracy-in-recovery can.",
    ],
    [
      'with a multiple of C in its faults, and none in its rate',
      {
        load: { ...load, rate: { perSecond: 100 } },
        faults: { flood: { fault: 'overload', options: { ofCapacity: 3 } } },
        claims: [],
      },
      'faults.flood is a multiple of C, so load.rate must be { ofCapacity, atMost }, not { perSecond }.',
    ],
    [
      'with a fault on the load that names a link',
      {
        faults: { flood: { fault: 'overload', link: 'client->gateway', options: { ofCapacity: 3 } } },
        claims: [],
      },
      "faults.flood is a fault on the load and takes no link; leave out 'client->gateway'.",
    ],
    [
      'with a swap to a version that no model server has',
      {
        baselines: {},
        mainBaseline: null,
        faults: { swap: { fault: 'swap-model', service: 'gateway', options: { version: 'lin-1' } } },
        claims: [],
      },
      "faults.swap swaps to 'lin-1', which the model server of candidate has not; give it models.next: 'lin-1'.",
    ],
    [
      'with a loss of slots where there is no accelerator',
      {
        baselines: {},
        mainBaseline: null,
        faults: { loss: { fault: 'slot-loss', service: 'model-server', options: {} } },
        claims: [],
      },
      "faults.loss takes slots, which the model server of candidate has not; give it provider: 'virtual-accelerator'.",
    ],
    [
      'with a loss of more slots than there are',
      {
        candidate: system({ services: { 'model-server': { provider: 'virtual-accelerator' } } }),
        baselines: {},
        mainBaseline: null,
        faults: { loss: { fault: 'slot-loss', service: 'model-server', options: { slots: 3 } } },
        claims: [],
      },
      'faults.loss takes 3 slots, where candidate has 2.',
    ],
    [
      'with options of an accelerator that is not there',
      {
        candidate: system({ services: { 'model-server': { accelerator: { slots: 4 } } } }),
        baselines: {},
        mainBaseline: null,
        faults: {},
        claims: [],
      },
      "candidate has options of an accelerator and computes elsewhere; give its model-server provider: 'virtual-accelerator'.",
    ],
    [
      "with a crowd of another tenant's where the load says no tenant",
      {
        faults: { flood: { fault: 'overload', options: { ofCapacity: 2, tenant: 'crowd' } } },
        claims: [],
      },
      "faults.flood lets requests of tenant 'crowd' come; say in load.tenant whose the others are.",
    ],
    [
      'with an indicator that is no text',
      { objectives: [{ indicator: { toString: 1 } }] },
      'Unknown indicator \'{"toString":1}\' in objectives.0',
    ],
    ['with a function in it', { question: () => '?' }, 'question: must be data, not a function'],
    ['with a number without end', { claims: [1 / 0] }, 'claims.0: must be a number, not Infinity'],
    [
      'with the object of a class',
      { load: new Map() },
      'load: must be plain data, not the object of a class',
    ],
    ['that contains itself', { faults: itself }, 'faults.itself: must not contain itself'],
    [
      'that throws when it is read',
      {
        get question() {
          throw new Error('no');
        },
      },
      "(whole value): can't be read: no",
    ],
  ])('%s is refused in one sentence', (_, change, words) => {
    // As it is, getters and all.
    const value = Object.defineProperties({ ...circuitBreaker }, Object.getOwnPropertyDescriptors(change));
    expect(experimentProblems(value, maps, objectives)).toEqual([expect.stringContaining(words)]);
  });
});

describe.each(Object.entries<Experiment>(maps.experiments))('the experiment %s', (name, experiment) => {
  test('can be played', () => {
    expect(experimentProblems(experiment, maps, objectives)).toEqual([]);
  });

  test('stands in the map under its own name, and asks a question', () => {
    expect(experiment.name).toBe(name);
    expect(experiment.question).toMatch(/^\S.+\?$/);
  });
});

describe('the faults of an experiment', () => {
  test.each([
    [{ fault: 'kill', service: 'model-server' }],
    [{ fault: 'down', link: 'client->gateway' }],
    [{ fault: 'none' }],
    [{ fault: 'none', link: 'gateway->model-server' }],
  ])('%o is right', (use) => {
    expect(problemsWith(use)).toEqual([]);
  });

  test.each([
    ['a link that is missing', { fault: 'down' }, 'faults.odd needs a link; the system has: client->gateway'],
    [
      'a link that the system lacks',
      { fault: 'down', link: 'gateway->broker' },
      "Unknown link 'gateway->broker' in faults.odd; known: client->gateway",
    ],
    [
      'a service that is missing',
      { fault: 'kill' },
      'faults.odd needs a service; the system has: model-server, gateway.',
    ],
    [
      'a service that the system lacks',
      { fault: 'pause', service: 'broker' },
      "Unknown service 'broker' in faults.odd; known: model-server, gateway.",
    ],
    [
      'a link beside the service',
      { fault: 'kill', service: 'gateway', link: 'client->gateway' },
      "faults.odd is a fault on a service and takes no link; leave out 'client->gateway'.",
    ],
    [
      'a service beside the link',
      { fault: 'down', service: 'gateway', link: 'client->gateway' },
      "faults.odd is no fault on a service and takes none; leave out 'gateway'.",
    ],
    [
      'a name of the language',
      { fault: 'constructor' },
      "Unknown fault 'constructor' in faults.odd; known: none,",
    ],
    [
      'an option that is no data',
      { fault: 'down', link: 'client->gateway', options: { rate: () => 3 } },
      'faults.odd.options.rate: must be data, not a function',
    ],
    [
      'an option that the fault has not',
      { fault: 'reset', link: 'client->gateway', options: { rate: 3 } },
      "unknown key 'rate'",
    ],
  ])('%s is one sentence', (_, use, words) => {
    expect(problemsWith(use)).toEqual([expect.stringContaining(words)]);
  });
});
