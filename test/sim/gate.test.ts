import { describe, expect, test } from 'vitest';
import { faults } from '#chaos/index.ts';
import { GauntletError } from '#contract/errors.ts';
import { MOST_PER_CORE } from '#contract/limits.ts';
import { CANDIDATE_AGAIN } from '#contract/names.ts';
import type { Calibration, Pin } from '#contract/pin.ts';
import { CalibrationSchema, PinSchema } from '#contract/pin.ts';
import type { Against, Plan } from '#contract/plan.ts';
import { problemsOf } from '#contract/validate.ts';
import { type Verdict, VerdictSchema } from '#contract/verdict.ts';
import { judgeFacts } from '#harness/cli/verdict.ts';
import type { PlanRequest } from '#harness/plan/request.ts';
import { plan } from '#harness/plan.ts';
import { scenarios } from '#scenarios/catalog.ts';
import { withinMargins } from '#slo/against-commit.ts';
import { calibrationOf } from '#slo/calibration.ts';
import { pinOf } from '#slo/pin.ts';
import fourSeconds from '../fixtures/experiments/four-seconds.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD, type SimulatedSystem } from './effects.ts';
import { playPlan } from './play.ts';

const NAME = fourSeconds.name;
const request: PlanRequest = {
  command: 'loadtest',
  profile: 'standard',
  seed: 1,
  experiments: [fourSeconds],
  faults,
  scenarios,
  objectives: {},
  mostPerSecond: MOST_PER_CORE,
  capacities: {},
};

/** How a round differs from others by chance, by 1 % up and down. */
const BY_CHANCE = [0, 0.01, -0.01, 0.01, 0, -0.01];

/** Answers in about 4 ms, on some variants so many times slower. */
function server(slower: (variant: string) => number = () => 1): SimulatedSystem {
  return {
    answer: (index, _, __, { trialId }) => {
      const [, round, variant] = /\/(\d+)-(.*)$/.exec(trialId)!;
      const chance = 1 + BY_CHANCE[Number(round) % BY_CHANCE.length]!;
      return { ...GOOD, index, serviceMs: (3 + (index % 20) / 10) * chance * slower(variant!) };
    },
  };
}
const slowed = (factor: number) => server(() => factor);

async function play(system: SimulatedSystem, more: Partial<PlanRequest> = {}, interruptAtMs?: number) {
  const planned = plan({ ...request, ...more });
  const interrupt =
    interruptAtMs === undefined ? undefined : { atMs: interruptAtMs, signal: 'SIGINT' as const };
  const { facts } = await playPlan(planned, system, { runId: 'now', interrupt });
  return { planned, facts };
}

const before = await play(server());
const pinned: Pin = {
  ...pinOf(before.planned, before.planned.experiments[0]!, before.facts.record, before.facts.samples),
  runId: 'before',
};
/** Every metric as it would be with so much deviation between A/A pairs. */
const calibration = (deviation: number): Calibration => ({
  schemaVersion: 1,
  experiment: NAME,
  fingerprint: pinned.fingerprint,
  ratePerSecond: pinned.circumstances.ratePerSecond,
  metrics: Object.fromEntries(
    Object.keys(pinned.metrics).map((metric) => [
      metric,
      { deviation, pairs: 6, runId: 'aa', measuredAt: '' },
    ]),
  ),
});

interface Gate {
  planned: Plan;
  facts: Awaited<ReturnType<typeof play>>['facts'];
}

/** As `npm run gate` judges, with what it found in its folders. */
function gate(
  { planned, facts }: Gate,
  pin: Pin | null = pinned,
  known: Calibration | null = calibration(0.01),
) {
  return judgeFacts(planned, facts, undefined, {
    pins: pin ? { [NAME]: pin } : {},
    calibrations: known ? { [NAME]: [known] } : {},
  });
}

const outcomes = (verdict: Verdict) => verdict.experiments[0]!.regressions.map(({ outcome }) => outcome);
const advices = (verdict: Verdict) => [
  ...new Set(verdict.experiments[0]!.regressions.map(({ advice }) => advice)),
];

describe('the gate, on simulated runs', () => {
  test('an unchanged system passes, and what was compared is in the verdict', async () => {
    const verdict = gate(await play(server(), { seed: 2 }));
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(outcomes(verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(verdict.experiments[0]!.regressions[0]).toMatchObject({ against: 'before', worse: 'higher' });
    expect(problemsOf(VerdictSchema, verdict)).toEqual([]);
  });

  test('one that became 10 % slower is a regression: exit 3, although every objective was kept', async () => {
    const verdict = gate(await play(slowed(1.1)));
    expect(verdict).toMatchObject({ outcome: 'fail', exitCode: 3 });
    expect(outcomes(verdict)).toEqual(['regression', 'regression', 'regression', 'regression']);
    expect(verdict.experiments[0]!.objectives.map(({ outcome }) => outcome)).toEqual(['pass']);
    expect(verdict.experiments[0]!.regressions[0]!.effect).toBeCloseTo(1.1, 2);
  });

  test('one that became 10 % faster passes', async () => {
    expect(gate(await play(slowed(0.9)))).toMatchObject({ outcome: 'pass', exitCode: 0 });
  });

  test('a change that this machine can not see is none: the margin is what it can see', async () => {
    const slower = await play(slowed(1.1));
    expect(gate(slower, pinned, calibration(0.2))).toMatchObject({ outcome: 'pass', exitCode: 0 });
  });

  test('where trials differ too much to tell it passes, and says that nothing is excluded', async () => {
    let trials = 0;
    const noisy: SimulatedSystem = {
      answer: (index) => {
        if (index === 0) trials += 1;
        return { ...GOOD, index, serviceMs: 3 + ((trials * 7) % 5) / 2 };
      },
    };
    const verdict = gate(await play(noisy));
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(advices(verdict).join()).toMatch(/neither shown nor excluded\. More trials would tell/);
    expect(advices(gate(await play(server(), { seed: 2 })))).toEqual(['']);
  });

  test('a missed objective speaks louder than a regression', async () => {
    const wrong = slowed(1.1);
    const verdict = gate(
      await play({ answer: (index, ...rest) => ({ ...wrong.answer(index, ...rest), right: index % 5 > 0 }) }),
    );
    expect(verdict).toMatchObject({ outcome: 'fail', exitCode: 1 });
    expect(outcomes(verdict)).toContain('regression');
  });

  test('without a pin its objectives alone are judged', async () => {
    const verdict = gate(await play(slowed(2)), null);
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(outcomes(verdict)).toEqual([]);
  });

  test('two trials are too few to tell: inconclusive', async () => {
    const verdict = gate(await play(slowed(2), { pairs: 2 }));
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 2 });
    expect(advices(verdict)).toEqual(['2 trials: at least 3 on both sides are needed.']);
  });

  test('a machine that was not calibrated can not tell, and --allow inconclusive lets it pass', async () => {
    const { planned, facts } = await play(slowed(2));
    const verdict = gate({ planned, facts }, pinned, null);
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 2 });
    expect(advices(verdict)).toEqual([
      'Not calibrated on this machine: npm run calibrate -- four-seconds --rate 100',
    ]);
    const references = { pins: { [NAME]: pinned }, calibrations: {} };
    expect(judgeFacts(planned, facts, 'inconclusive', references).exitCode).toBe(0);
  });

  test('a calibration of another rate is not used, and it is said which there is', async () => {
    const other = { ...calibration(0.01), ratePerSecond: 50 };
    const verdict = gate(await play(slowed(2)), pinned, other);
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 2 });
    expect(advices(verdict)).toEqual([
      'Calibrated on this machine at 50/s, not at the 100/s of this run: npm run calibrate -- four-seconds --rate 100',
    ]);
  });

  test.each<[string, Partial<PlanRequest>, string]>([
    ['rate', { ratePerSecond: 50 }, 'ratePerSecond was 100 and is 50'],
    ['length', { durationSeconds: 6 }, 'phases was warm-up 1 s, steady 4 s and is warm-up 1 s, steady 6 s'],
    [
      'deadline',
      { experiments: [{ ...fourSeconds, load: { ...fourSeconds.load, deadlineMs: 500 } }] },
      'deadlineMs was 1000 and is 500',
    ],
  ])('a run of another %s is not comparable, and the field is named', async (_, more, field) => {
    const verdict = gate(await play(slowed(2), more));
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 2 });
    expect(advices(verdict).join()).toContain(`Not comparable with the pin: ${field}.`);
  });

  test('an aborted run is gated: invalid, whatever its valid trials show', async () => {
    let trials = 0;
    const died: SimulatedSystem = {
      ...slowed(1.5),
      answer: (index, ...rest) => {
        if (index === 0) trials += 1;
        if (trials === 5) throw new GauntletError('service-died', 'gateway died');
        return slowed(1.5).answer(index, ...rest);
      },
    };
    const { planned, facts } = await play(died);
    expect(facts.record.ended).toBe('aborted');
    const verdict = gate({ planned, facts });
    expect(verdict).toMatchObject({ outcome: 'invalid', exitCode: 2, ended: 'aborted' });
    expect(outcomes(verdict)).toContain('regression');
  });

  test('an interrupted run is gated: 130, after which nobody asks for more', async () => {
    const verdict = gate(await play(slowed(1.5), {}, 14_000));
    expect(verdict).toMatchObject({ outcome: 'invalid', exitCode: 130, ended: 'interrupted' });
  });
});

describe('the gate, on runs with a fault', () => {
  const chaos: Partial<PlanRequest> = {
    command: 'chaos',
    pairs: 3,
    experiments: [
      {
        ...shortBreaker,
        baselines: {},
        objectives: [{ name: 'half-in-fault', indicator: 'goodput', phase: 'fault', target: 0.5 }],
      },
    ],
  };
  /** Loses every `lost`th answer while the fault is there. */
  const losing = (lost: number): SimulatedSystem => ({
    answer: (index, _, faulted) => ({
      ...GOOD,
      index,
      ...(faulted ? { servedBy: 'fallback', status: index % lost === 0 ? 503 : 200 } : {}),
    }),
  });

  test('fewer good answers in the fault are a regression; a fault that was not calibrated is said with its name', async () => {
    const { planned, facts } = await play(losing(50), chaos);
    const [experiment] = planned.experiments;
    const pin = pinOf(planned, experiment!, facts.record, facts.samples);
    const { metrics } = pin;
    const spread = { deviation: 0.01, pairs: 6, runId: 'aa', measuredAt: '' };
    const known = (names: readonly string[]): Calibration => ({
      ...calibration(0),
      experiment: experiment!.name,
      ratePerSecond: experiment!.load.ratePerSecond,
      metrics: Object.fromEntries(names.map((name) => [name, spread])),
    });
    const now = await play(losing(5), chaos);
    const judge = (names: readonly string[]) =>
      judgeFacts(now.planned, now.facts, undefined, {
        pins: { [experiment!.name]: pin },
        calibrations: { [experiment!.name]: [known(names)] },
      });
    const names = Object.keys(metrics);
    expect(names).toContain('goodput-in-recovery');
    const whole = judge(names);
    expect(whole).toMatchObject({ outcome: 'fail', exitCode: 3 });
    const worse = whole.experiments[0]!.regressions.filter(({ outcome }) => outcome === 'regression');
    expect(worse.map(({ metric }) => metric)).toEqual(['goodput-in-fault']);
    const steady = judge(names.filter((name) => name.startsWith('steady-')));
    expect(advices(steady).join()).toContain('npm run calibrate -- short-breaker --fault latency --rate 150');
  });
});

describe('a pin', () => {
  test('keeps a value per trial, how it was played and on what, and nothing else', () => {
    expect(problemsOf(PinSchema, pinned)).toEqual([]);
    expect(Object.values(pinned.metrics).map((values) => values.length)).toEqual([6, 6, 6, 6]);
    expect(JSON.stringify(pinned).length).toBeLessThan(4_000);
  });

  test('has the same digest of its plan for another seed and capacity, and another for another candidate', async () => {
    const digest = (more: Partial<PlanRequest>) => {
      const planned = plan({ ...request, ...more });
      return pinOf(planned, planned.experiments[0]!, before.facts.record, new Map()).planDigest;
    };
    expect(digest({ seed: 7 })).toBe(pinned.planDigest);
    const { candidate } = fourSeconds;
    const changed = { ...candidate, models: { ...candidate.models, primary: 'xl-1' } };
    expect(digest({ experiments: [{ ...fourSeconds, candidate: changed }] })).not.toBe(pinned.planDigest);
  });
});

describe('a calibration', () => {
  const aa = { command: 'calibrate', pairs: 6 } as const;

  test('is the candidate against itself in mirrored pairs', () => {
    const [planned] = plan({ ...request, ...aa }).experiments;
    expect(planned!.variants[CANDIDATE_AGAIN]).toEqual(planned!.variants['candidate']);
    expect(planned!.trials.slice(0, 4).map(({ variant }) => variant)).toEqual([
      'candidate',
      CANDIDATE_AGAIN,
      CANDIDATE_AGAIN,
      'candidate',
    ]);
    expect(planned!.trials).toHaveLength(12);
  });

  test('takes the deviation of the log ratios, which a drift of the machine does not touch', async () => {
    // Ratios of 1.1 and 1 ÷ 1.1 in turns; each round is slower than the one before.
    const drifting: SimulatedSystem = {
      answer: (index, _, __, { trialId }) => {
        const [, round, variant] = /\/(\d+)-(.*)$/.exec(trialId)!;
        const ratio = variant === 'candidate' ? 1.1 ** ((-1) ** Number(round)) : 1;
        return { ...GOOD, index, serviceMs: 3 * 1.2 ** Number(round) * ratio };
      },
    };
    const { planned, facts } = await play(drifting, aa);
    const found = calibrationOf(planned.experiments[0]!, facts.record, facts.samples);
    expect(problemsOf(CalibrationSchema, found)).toEqual([]);
    const expected = Math.log(1.1) * Math.sqrt(6 / 5);
    for (const { deviation, pairs } of Object.values(found.metrics)) {
      // A sample's times are whole microseconds.
      expect(deviation).toBeCloseTo(expected, 4);
      expect(pairs).toBe(6);
    }
    expect(Object.keys(found.metrics)).toHaveLength(4);
  });

  test('knows nothing after one pair', async () => {
    const { planned, facts } = await play(server(), aa, 14_000);
    expect(calibrationOf(planned.experiments[0]!, facts.record, facts.samples).metrics).toEqual({});
  });
});

describe('another commit, played beside the candidate', () => {
  const system: Against = {
    variant: 'against-0123456',
    ref: 'main',
    commit: '0123456',
    candidateCommit: '6543210',
    folder: '/cache/against/0123456',
  };
  const compare = (more: Partial<PlanRequest> = {}): Partial<PlanRequest> => ({
    command: 'compare',
    against: {
      system,
      claims: (_, __, hasFault, pairs) => withinMargins(system.variant, hasFault, pairs, undefined),
    },
    ...more,
  });
  const judge = ({ planned, facts }: Gate) => judgeFacts(planned, facts, undefined);

  test('is started from its own folder, and the candidate from this one', async () => {
    const folders = new Map<string, string | undefined>();
    const { answer } = server();
    await play(
      {
        answer: (index, atMs, faulted, setup) => {
          folders.set(setup.trialId.replace(/^.*\/\d+-/, ''), setup.folder);
          return answer(index, atMs, faulted, setup);
        },
      },
      compare({ profile: 'quick' }),
    );
    expect(Object.fromEntries(folders)).toEqual({ candidate: undefined, [system.variant]: system.folder });
  });

  test('that is as fast is no regression, and nothing of the experiment is claimed', async () => {
    const verdict = judge(await play(server(), compare()));
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(outcomes(verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(verdict.experiments[0]!.claims).toEqual([]);
  });

  test('that was 10 % faster makes the candidate a regression: exit 3', async () => {
    const slower = server((variant) => (variant === 'candidate' ? 1.1 : 1));
    const verdict = judge(await play(slower, compare()));
    expect(verdict).toMatchObject({ outcome: 'fail', exitCode: 3 });
    expect(verdict.experiments[0]!.regressions[0]).toMatchObject({
      against: system.variant,
      outcome: 'regression',
      margin: expect.closeTo(1.05, 6),
      effect: expect.closeTo(1.1, 6),
    });
  });

  test('and a change too noisy to tell is no regression, but is not called excluded', async () => {
    let trials = 0;
    const noisy: SimulatedSystem = {
      answer: (index) => {
        if (index === 0) trials += 1;
        return { ...GOOD, index, serviceMs: 3 + ((trials * 7) % 5) / 2 };
      },
    };
    const verdict = judge(await play(noisy, compare()));
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(advices(verdict).join()).toMatch(/neither shown nor excluded.* pairs would settle it/);
  });

  test('in one pair alone is inconclusive', async () => {
    const slower = server((variant) => (variant === 'candidate' ? 2 : 1));
    const verdict = judge(await play(slower, compare({ profile: 'quick' })));
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 2 });
  });
});
