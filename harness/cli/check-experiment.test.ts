import { describe, expect, test } from 'vitest';
import type { Experiment } from '#contract/experiment.ts';
import type { FaultUse } from '#contract/fault.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { experimentProblems } from './check-experiment.ts';
import { maps } from './maps.ts';
import { readObjectives } from './objectives.ts';

const objectives = (await readObjectives()).byName;

/** What is wrong with the breaker's experiment when this is its only fault. */
function problemsWith(use: Omit<FaultUse, 'options'> | object): string[] {
  const faults = { odd: { options: {}, ...use } };
  return experimentProblems({ ...circuitBreaker, faults } as Experiment, maps, objectives);
}

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
      'an option that the fault has not',
      { fault: 'reset', link: 'client->gateway', options: { rate: 3 } },
      "unknown key 'rate'",
    ],
  ])('%s is one sentence', (_, use, words) => {
    expect(problemsWith(use)).toEqual([expect.stringContaining(words)]);
  });
});
