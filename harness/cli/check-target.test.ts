import { expect, test } from 'vitest';
import type { Experiment } from '#contract/experiment.ts';
import { fromEnv, type Target } from '#contract/target.ts';
import fourSeconds from '#test/fixtures/experiments/four-seconds.ts';
import { experimentProblems } from './check-experiment.ts';
import { maps } from './maps.ts';

const target: Target = {
  url: 'http://127.0.0.1:8000',
  protocol: { name: 'v2', model: 'mine' },
  payloads: { file: 'mine.jsonl', digest: '', rows: 3, checked: true },
  links: { redis: { listen: 16_379, upstream: '127.0.0.1:6379' } },
};

const problemsOf = (change: Partial<Experiment>, of: Partial<Target> = {}) =>
  experimentProblems({ ...fourSeconds, target: { ...target, ...of }, ...change }, maps, {});

const faulted = (fault: Experiment['faults'][string]) => problemsOf({ faults: { mine: fault } });

test('a target with faults on its links is fine', () => {
  const options = { latencyMs: 100 };
  expect(faulted({ fault: 'latency', link: 'client->target', options })).toEqual([]);
  expect(faulted({ fault: 'latency', link: 'target->redis', options })).toEqual([]);
});

test.each(['kill', 'pause', 'flaky'])(
  "the fault '%s' on a process is refused, and those on links are named",
  (fault) => {
    expect(faulted({ fault, service: 'model-server', options: { errorShare: 0.5 } }).join()).toMatch(
      /'\w+' is a fault on a process, and of a target only links are faulted: .*latency.*down/,
    );
  },
);

test('a link that the target has not is refused', () => {
  expect(faulted({ fault: 'down', link: 'target->postgres', options: {} })).toEqual([
    "Unknown link 'target->postgres' in faults.mine; known: client->target, target->redis.",
  ]);
});

test('a secret must be in the environment', () => {
  expect(problemsOf({}, { headers: { Authorization: 'Bearer abc' } }).join()).toMatch(/fromEnv: 'TOKEN'/);
  expect(
    problemsOf({}, { headers: { authorization: fromEnv('TOKEN', 'Bearer '), 'x-tenant': 'a' } }),
  ).toEqual([]);
});

test('fidelity needs answers that can be checked', () => {
  const objectives = [{ name: 'faithful', indicator: 'fidelity', phase: 'steady', target: 1 } as const];
  expect(problemsOf({ objectives })).toEqual([]);
  const payloads = { ...target.payloads, checked: false };
  expect(problemsOf({ objectives }, { payloads }).join()).toMatch(/mine\.jsonl has no field 'expected'/);
});

test('a rate in multiples of C, an upstream without a port and a port twice are refused', () => {
  const load = { ...fourSeconds.load, rate: { ofCapacity: 0.5, atMost: 100 } };
  expect(problemsOf({ load }).join()).toMatch(/must be \{ perSecond \}/);
  const links = { a: { listen: 7_000, upstream: 'redis' }, b: { listen: 7_000, upstream: '[::1]:80' } };
  expect(problemsOf({}, { links })).toEqual([
    expect.stringMatching(/links\.a\.upstream is 'redis'/),
    expect.stringMatching(/two of them listen on 7000/),
  ]);
});
