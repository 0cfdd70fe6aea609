import { describe, expect, test } from 'vitest';
import { faults } from '#chaos/index.ts';
import type { Experiment } from '#contract/experiment.ts';
import { MOST_PER_CORE } from '#contract/limits.ts';
import type { Phase } from '#contract/names.ts';
import { PlanSchema } from '#contract/plan.ts';
import { plannedIn } from '#contract/trial-view.ts';
import { problemsOf } from '#contract/validate.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { experiments } from '#experiments/index.ts';
import steady1000 from '#experiments/steady-1000.ts';
import { scenarios } from '#scenarios/catalog.ts';
import { planProblems } from './cli/contradictions.ts';
import { readObjectives } from './cli/objectives.ts';
import { withObjectives } from './plan/objectives.ts';
import { neededCapacity } from './plan/rates.ts';
import type { PlanRequest, PlayCommand } from './plan/request.ts';
import { plan } from './plan.ts';

const { byName: objectives } = await readObjectives();

const capacity = (perSecond: number) => ({
  variant: 'no-timeout',
  perSecond,
  atLeast: false,
  measuredAt: '',
});
const request: PlanRequest = {
  command: 'chaos',
  profile: 'quick',
  seed: 1,
  experiments: [circuitBreaker],
  faults,
  scenarios,
  objectives,
  mostPerSecond: MOST_PER_CORE,
  capacities: { 'circuit-breaker': capacity(500) },
};

const measured = { metric: 'goodput-in-fault', compare: 'value', bound: { atLeast: 0 } } as const;

describe('planning', () => {
  test.each([
    ['loadtest', () => true],
    ['chaos', ({ faults: own }) => Object.keys(own).length > 0],
    ['compare', ({ baselines }) => Object.keys(baselines).length > 0],
    ['calibrate', () => true],
  ] as [PlayCommand, (one: Experiment) => boolean][])(
    'every experiment that %s can play gives a valid plan',
    (command, canPlay) => {
      const playable = Object.values(experiments).filter(canPlay);
      const capacities = Object.fromEntries(playable.map(({ name }) => [name, capacity(500)]));
      const planned = plan({ ...request, command, experiments: playable, capacities });
      expect(problemsOf(PlanSchema, planned)).toEqual([]);
      // Or no run of it could be judged again.
      expect(planned.experiments.flatMap(planProblems)).toEqual([]);
      expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
    },
  );

  test('is the same for the same seed', () => {
    expect(plan(request)).toEqual(plan(request));
    expect(plan({ ...request, seed: 2 })).not.toEqual(plan(request));
  });

  test('a calibration is short and steady, and plays a fault where one is named', () => {
    const calibrate = (more: Partial<PlanRequest>) =>
      plan({ ...request, command: 'calibrate', pairs: 3, ...more }).experiments[0]!;
    const lengths = ({ tapes }: ReturnType<typeof calibrate>) =>
      tapes[0]!.phases.map(({ phase, fromMs, toMs }) => `${phase} ${(toMs - fromMs) / 1000}`);
    expect(lengths(calibrate({ experiments: [steady1000] }))).toEqual(['warm-up 5', 'steady 10']);
    expect(lengths(calibrate({ experiments: [steady1000], durationSeconds: 20 }))[1]).toBe('steady 20');
    expect(calibrate({}).faults).toEqual([]);
    const withFault = calibrate({ fault: 'latency' });
    expect(withFault.faults.map(({ name }) => name)).toEqual(['latency']);
    expect(Object.keys(withFault.variants)).toEqual(['candidate', 'candidate-again']);
    expect(withFault.trials).toHaveLength(6);
    expect(withFault.claims).toEqual([]);
  });

  test('the rate is a multiple of C up to the cap, and --rate overrides both', () => {
    const rate = (perSecond: number) =>
      plan({ ...request, capacities: { 'circuit-breaker': capacity(perSecond) } }).experiments[0]!.load
        .ratePerSecond;
    expect(rate(500)).toBe(300);
    expect(rate(5_000)).toBe(400);
    expect(plan({ ...request, ratePerSecond: 50 }).experiments[0]!.load.ratePerSecond).toBe(50);
    expect(neededCapacity(circuitBreaker, faults, MOST_PER_CORE)?.perSecond).toBeCloseTo(666.67, 1);
    expect(neededCapacity(steady1000, faults, MOST_PER_CORE)).toBeUndefined();
  });

  test('chaos plays candidate and baselines once over one tape, with the fault between steady and recovery', () => {
    const [experiment] = plan(request).experiments;
    expect(experiment!.trials.map(({ variant }) => variant)).toEqual([
      'candidate',
      'no-timeout',
      'timeout-100ms-fallback',
    ]);
    expect(experiment!.tapes).toHaveLength(1);
    expect(experiment!.proxiedLinks).toEqual(['gateway->model-server']);
    expect(experiment!.faults[0]).toMatchObject({ name: 'latency', injectAtMs: 11_000, healAtMs: 26_000 });
  });

  test('loadtest plays the candidate alone and injects nothing', () => {
    const [experiment] = plan({ ...request, command: 'loadtest' }).experiments;
    expect(experiment!.trials.map(({ variant }) => variant)).toEqual(['candidate', 'candidate', 'candidate']);
    expect(experiment!.faults).toEqual([]);
    expect(experiment!.objectives.every(({ phase }) => phase === 'steady')).toBe(true);
  });

  test('objectives are those that the experiment names or writes out, as far as their phase is played', () => {
    const own = { name: 'own', indicator: 'goodput', phase: 'fault', target: 0.5 } as const;
    const experiment = { ...circuitBreaker, objectives: ['serving/faithful', own] };
    const [chaos] = plan({ ...request, experiments: [experiment] }).experiments;
    expect(chaos!.objectives).toEqual([objectives['serving/faithful'], own]);
    const [loadtest] = plan({ ...request, command: 'loadtest', experiments: [experiment] }).experiments;
    expect(loadtest!.objectives.map(({ name }) => name)).toEqual(['faithful']);
  });

  test('a plan takes other objectives as if it had been written with them', () => {
    const other = (phase: 'steady' | 'fault') =>
      ({ name: phase, indicator: 'goodput', phase, target: 0.5 }) as const;
    const saved = plan({ ...request, command: 'loadtest' });
    const changed = withObjectives(saved, [other('steady'), other('fault')]);
    expect(changed.experiments[0]!.objectives).toEqual([other('steady')]);
    expect(changed.experiments[0]!.tapes).toBe(saved.experiments[0]!.tapes);
    expect(() => withObjectives(saved, [other('fault')])).toThrow(
      "None of the objectives is over a phase that 'circuit-breaker' played; it played: warm-up, steady.",
    );
  });

  test('six rounds are played ABBA BAAB ABBA, each over a tape of its own', () => {
    const [experiment] = plan({ ...request, profile: 'standard' }).experiments;
    const order = (round: number) =>
      experiment!.trials.filter((t) => t.round === round).map((t) => t.variant);
    const mirrored = order(1).toReversed();
    expect([1, 2, 3, 4, 5, 6].map(order)).toEqual([
      order(1),
      mirrored,
      mirrored,
      order(1),
      order(1),
      mirrored,
    ]);
    expect(experiment!.tapes[0]!.atMs).not.toEqual(experiment!.tapes[1]!.atMs);
  });

  test('compare plays the claims with the baselines that they are against, and no other', () => {
    const [experiment] = plan({ ...request, command: 'compare' }).experiments;
    expect(Object.keys(experiment!.variants)).toEqual(['candidate', 'no-timeout', 'timeout-100ms-fallback']);
    expect(experiment!.claims.map(({ against }) => against)).not.toContain('timeout-2s');
    expect(experiment!.faults).toHaveLength(1);
    const fewer = { ...circuitBreaker, claims: circuitBreaker.claims.slice(0, 1) };
    const [one] = plan({ ...request, command: 'compare', experiments: [fewer] }).experiments;
    expect(Object.keys(one!.variants)).toEqual(['candidate', 'no-timeout']);
  });

  test('a claim belongs to the faults that it names, and to every fault where it names none', () => {
    const [claim] = circuitBreaker.claims;
    const claims = [
      { ...claim!, against: 'timeout-2s', in: ['down', 'kill'] },
      { name: 'ever', kind: 'cost', against: 'no-timeout', ...measured } as const,
    ];
    const played = (fault: string) => {
      const experiments = [{ ...circuitBreaker, claims }];
      return plan({ ...request, command: 'compare', experiments, fault }).experiments[0]!;
    };
    expect(played('down').claims).toEqual(claims);
    expect(Object.keys(played('down').variants)).toEqual(['candidate', 'no-timeout', 'timeout-2s']);
    expect(played('latency').claims).toEqual(claims.slice(1));
    expect(Object.keys(played('latency').variants)).toEqual(['candidate', 'no-timeout']);
  });

  describe('a fault on the load', () => {
    const flood = {
      ...circuitBreaker,
      faults: {
        flood: { fault: 'overload', options: { ofCapacity: 3 } },
        none: { fault: 'none', options: {} },
      },
      claims: [],
    };
    const played = (more: Partial<PlanRequest> = {}) =>
      plan({ ...request, experiments: [flood], ...more }).experiments[0]!;
    const rateIn = ({ tapes }: ReturnType<typeof played>, phase: Phase) => {
      const span = tapes[0]!.phases.find((one) => one.phase === phase)!;
      return plannedIn(tapes[0]!, span) / ((span.toMs - span.fromMs) / 1000);
    };

    test('shapes the tape while it lasts, and injects nothing', () => {
      const experiment = played();
      expect(experiment.faults).toEqual([
        {
          name: 'flood',
          injectAtMs: 11_000,
          healAtMs: 26_000,
          inject: [],
          heal: [],
          bite: { link: null, anyOf: [{ sentShareAtLeast: 0.9 }] },
          offers: { perSecond: 1_500, ofCapacity: 3 },
        },
      ]);
      expect(rateIn(experiment, 'fault') / 1_500).toBeCloseTo(1, 1);
      for (const phase of ['warm-up', 'steady', 'recovery'] as const) {
        expect(rateIn(experiment, phase) / 300).toBeCloseTo(1, 0);
      }
      expect(experiment.load.ratePerSecond).toBe(300);
    });

    test('leaves the tape of the control, and of a load test, as it is', () => {
      expect(rateIn(played({ fault: 'none' }), 'fault') / 300).toBeCloseTo(1, 0);
    });

    test('warms the system up by its load for a quarter of the warm-up, where the experiment says so', () => {
      const warmed = { ...flood, load: { ...flood.load, warmUpByFault: true } };
      const [tape] = played({ experiments: [warmed] }).tapes;
      const perSecond = (fromMs: number, toMs: number) =>
        plannedIn(tape!, { fromMs, toMs }) / ((toMs - fromMs) / 1000);
      expect(perSecond(0, 750) / 1_500).toBeCloseTo(1, 0);
      expect(perSecond(750, 3_000) / 300).toBeCloseTo(1, 0);
      const none = played({ experiments: [warmed], fault: 'none' }).tapes[0]!;
      expect(none.phases.map(({ phase }) => phase)).toEqual(['warm-up', 'steady', 'fault', 'recovery']);
    });

    test('takes C from --rate where that is given', () => {
      expect(played({ ratePerSecond: 60, capacities: {} }).faults[0]!.offers).toEqual({
        perSecond: 300,
        ofCapacity: 3,
      });
    });

    test('needs C itself, of which the generator can still send the multiple', () => {
      expect(neededCapacity(flood, faults, MOST_PER_CORE)).toEqual({ perSecond: 2_666, isExact: true });
      expect(neededCapacity(flood, faults, 16_000)).toEqual({ perSecond: 5_333, isExact: true });
      expect(neededCapacity(circuitBreaker, faults, MOST_PER_CORE)).toMatchObject({ isExact: false });
    });

    test('is not measured where the generator could not send the ramp', () => {
      const load = { ...circuitBreaker.load, rate: { ofCapacity: 0.01, atMost: 400 } };
      expect(() => neededCapacity({ ...circuitBreaker, load }, faults, MOST_PER_CORE)).toThrow(
        "To measure C of 'circuit-breaker' (load.rate: atMost ÷ ofCapacity) takes 40000 requests/s; the load",
      );
    });

    test('is refused where the load generator could not send so much, or where the rate says nothing of C', () => {
      expect(() => played({ capacities: { 'circuit-breaker': capacity(3_000) } })).toThrow(
        "'circuit-breaker' would offer 3 C = 9000 requests/s; the load generator of this machine sends at most 8000: 8000 for each of its cores.",
      );
      const fixed = { ...flood, load: { ...flood.load, rate: { perSecond: 100 } } };
      expect(() => played({ experiments: [fixed], capacities: {} })).toThrow('load.rate must be one too');
    });
  });

  test('a further look has twice the rounds, the first of which are those of the look before', () => {
    const look = (number: number) =>
      plan({ ...request, command: 'loadtest', look: { number, of: 4 } }).experiments[0]!;
    expect(look(1).tapes).toHaveLength(3);
    expect(look(3).tapes).toHaveLength(12);
    expect(look(2).tapes.slice(0, 3)).toEqual(look(1).tapes);
    expect(plan(request).look).toBeNull();
  });

  test.each([
    [
      'an unknown fault',
      { fault: 'flood' },
      'unknown-name',
      "'circuit-breaker' has no fault 'flood'; it has: latency, timeout, reset, down, pause, kill, flaky-50, brown-out, none.",
    ],
    [
      'a fault of the language',
      { fault: 'constructor' },
      'unknown-name',
      "'circuit-breaker' has no fault 'constructor'; it has: latency,",
    ],
    [
      'a day at full rate',
      { ratePerSecond: 8_000, durationSeconds: 86_400 },
      'not-playable',
      "'circuit-breaker' would plan 691352000 requests; at most 5000000 can be played.",
    ],
    [
      'a profile that chaos has not',
      { profile: 'full' },
      'not-playable',
      "Profile 'full' can't be played by chaos",
    ],
    [
      "a rate that the generator of this machine can't send",
      { ratePerSecond: 8_001 },
      'not-playable',
      "'circuit-breaker' asks for 8001 requests/s; the load generator of this machine sends at most 8000",
    ],
    ['a soak of what has none', { profile: 'soak' }, 'not-playable', "'circuit-breaker' has no soak"],
    ['an experiment without faults', { experiments: [steady1000] }, 'not-playable', 'has no faults'],
    [
      'a comparison without a baseline',
      { command: 'compare', experiments: [steady1000] },
      'not-playable',
      "'steady-1000' has no baselines, so there is nothing to compare it with.",
    ],
    ['a capacity that nobody measured', { capacities: {} }, 'not-playable', 'was not measured'],
    [
      'an objective that nobody wrote',
      { experiments: [{ ...circuitBreaker, objectives: ['serving/nope'] }] },
      'bad-experiment',
      "'circuit-breaker': Unknown objective 'nope' in slo/objectives/serving.yaml; known: available, ",
    ],
  ] as [string, Partial<PlanRequest>, string, string][])(
    '%s is refused in words',
    (_, change, code, words) => {
      expect(() => plan({ ...request, ...change })).toThrow(expect.objectContaining({ code }));
      expect(() => plan({ ...request, ...change })).toThrow(words);
    },
  );
});
