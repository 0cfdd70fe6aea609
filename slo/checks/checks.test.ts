import { describe, expect, test } from 'vitest';
import { faults } from '#chaos/index.ts';
import { answersErrors, type Bite, isGone, isStopped } from '#contract/fault.ts';
import { METRICS } from '#contract/metrics.ts';
import type { CallOutcome } from '#contract/names.ts';
import type { Scrape } from '#contract/record.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { T0, type TrialShape, trialView } from '../fixture.ts';
import { checks } from './index.ts';

/**
 * Readings at both edges of the fault window, between which `calls` ended in `outcome` after `seconds` each, of as many
 * that were begun, or of more.
 */
function bitten(outcome: CallOutcome, calls: number, seconds: number, begun = calls): Scrape[] {
  const reading = (moment: Scrape['moment'], at: number, count: number, started: number): Scrape => ({
    at: T0 + at,
    service: 'gateway',
    moment,
    values: {
      [`${METRICS.upstreamCallDuration}_count{outcome="${outcome}"}`]: count,
      [`${METRICS.upstreamCallDuration}_sum{outcome="${outcome}"}`]: count * seconds,
      [METRICS.upstreamStarted]: started,
    },
  });
  return [reading('injected', 10_000, 0, 1_000), reading('before-heal', 20_000, calls, 1_000 + begun)];
}

const used = (cpuSeconds: number, cores: number) => ({ cpuSeconds, playSeconds: 30, cores });

const sound: TrialShape = { scrapes: bitten('ok', 100, 2) };

describe('validity rules', () => {
  /** Not asked of a trial that is no soak's: kills.test.ts. */
  const ofSoaks = ['kills-hit-work', 'baseline-loses'];

  test.each(Object.entries(checks))('%s holds for a sound trial', (rule, check) => {
    const seen = check(trialView(sound));
    if (ofSoaks.includes(rule)) expect(seen).toBeNull();
    else expect(seen).toMatchObject({ held: true });
  });

  const violations: Record<keyof typeof checks, TrialShape[]> = {
    completed: [{ facts: { ended: 'aborted' } }, { facts: { ended: 'interrupted' } }],
    generator: [
      { facts: { generator: { exitCode: 107, signal: null } } },
      { facts: { generator: { exitCode: null, signal: 'SIGKILL' } } },
    ],
    'generator-has-room': [
      { facts: { generator: { exitCode: 0, signal: null, cpu: used(27.1, 1) } } },
      { facts: { generator: { exitCode: 0, signal: null, cpu: used(55, 2) } } },
    ],
    'samples-equal-tape': [{ outcome: (atMs) => (atMs === 5_000 ? null : {}) }],
    lateness: [{ outcome: (atMs) => ({ latenessMs: atMs % 1_000 < 50 ? 40 : 0 }) }, { outcome: () => null }],
    clock: [{ facts: { clockDriftMs: 900 } }, { facts: { clockDriftMs: -900 } }],
    'steady-state': [{ facts: { steadyGoodput: 0.94 } }, { facts: { steadyGoodput: null } }],
    'fault-bit': [
      { scrapes: [] },
      { scrapes: bitten('ok', 100, 0.01) },
      { scrapes: bitten('ok', 0, 2) },
      { scrapes: bitten('timeout', 4, 0.1) },
    ],
    healed: [{ facts: { faults: [{ ...trialView().facts.faults[0]!, healedAt: null }] } }],
    'kills-hit-work': [],
    'baseline-loses': [],
    'no-empty-metric': [],
  };

  test.each(
    Object.entries(violations).flatMap(([rule, shapes]) =>
      shapes.map((shape, i) => [rule, i + 1, shape] as const),
    ),
  )('%s does not hold for violation %d, and says what to do', (rule, _, shape) => {
    const seen = checks[rule as keyof typeof checks](trialView({ ...sound, ...shape }));
    expect(seen).toMatchObject({ held: false });
    expect(seen!.observed).not.toBe('');
    expect(seen!.advice).not.toBe('');
  });

  test('generator-has-room holds up to nine tenths of its cores, and says how much it took', () => {
    const see = (cpu?: ReturnType<typeof used>) =>
      checks['generator-has-room'](
        trialView({ facts: { generator: { exitCode: 0, signal: null, ...(cpu ? { cpu } : {}) } } }),
      );
    expect(see(used(27, 1))).toMatchObject({ held: true });
    expect(see(used(45, 2))).toMatchObject({
      held: true,
      observed: 'k6 took 75.0 % of its 2 cores over 30 s, bound 90 %',
    });
    expect(see(used(27, 1))!.observed).toContain('of its 1 core over');
    // Where the system doesn't say, and where the generator never ended.
    expect(see()).toBeNull();
    expect(checks['generator-has-room'](trialView({ facts: { generator: null } }))).toBeNull();
  });

  test('no-empty-metric does not hold when a judged phase never took place', () => {
    const view = trialView({ facts: { faults: [{ ...trialView().facts.faults[0]!, injectedAt: null }] } });
    view.experiment = {
      ...view.experiment,
      objectives: [{ name: 'a', indicator: 'goodput', phase: 'fault', target: 0.9 }],
    };
    expect(checks['no-empty-metric'](view)).toMatchObject({ held: false });
  });

  test("a fault on the client's link is seen in the samples", () => {
    const onClientLink = (view: TrialView): TrialView => {
      const [fault] = view.experiment.faults;
      const bite = { ...fault!.bite, link: 'client->gateway' as const };
      return { ...view, experiment: { ...view.experiment, faults: [{ ...fault!, bite }] } };
    };
    const inFault = (atMs: number) => atMs >= 10_000 && atMs < 20_000;
    const slow = trialView({ outcome: (atMs) => (inFault(atMs) ? { serviceMs: 2_000 } : {}) });
    expect(checks['fault-bit'](onClientLink(slow))).toMatchObject({ held: true });
    const givenUp = { status: 0, errorCode: 1050, serviceMs: 1_000 };
    const gone = trialView({ outcome: (atMs) => (inFault(atMs) ? givenUp : {}) });
    expect(checks['fault-bit'](onClientLink(gone))).toMatchObject({ held: true });
    expect(checks['fault-bit'](onClientLink(trialView()))).toMatchObject({ held: false });
  });

  test('a fault bites by calls that time out as well as by slow answers', () => {
    expect(checks['fault-bit'](trialView({ scrapes: bitten('timeout', 5, 0.1) }))).toMatchObject({
      held: true,
    });
  });
});

describe('the evidence of each fault', () => {
  const link = 'gateway->model-server';
  const onLink = { link } as const;
  const bites = {
    down: faults.down.script({}, onLink).bite,
    reset: faults.reset.script({}, onLink).bite,
    timeout: faults.timeout.script({}, onLink).bite,
    kill: faults.kill.script({}, { service: 'model-server' }).bite,
    pause: faults.pause.script({}, { service: 'model-server' }).bite,
    swap: faults['swap-model'].script({ version: 'lin-1' }, { service: 'gateway' }).bite,
  };

  /** The trial as if this had been its fault, and this read back after the inject. */
  function bitBy(bite: Bite, shape: TrialShape, inPlace: string[] = []) {
    const view = trialView(shape);
    const [planned] = view.experiment.faults;
    const [seen] = view.facts.faults;
    return checks['fault-bit']({
      ...view,
      experiment: { ...view.experiment, faults: [{ ...planned!, bite }] },
      facts: { ...view.facts, faults: [{ ...seen!, inPlace }] },
    })!;
  }

  test('swap-model: the other version was asked for, and answered some of the requests, be most from a cache', () => {
    const answeredBy = (share: number) => ({
      outcome: (atMs: number) => ({
        version: atMs >= 10_000 && (atMs / 10) % 100 < share * 100 ? 'lin-1' : 'mlp-1',
      }),
    });
    const inPlace = ['gateway asks for another model version'];
    const seen = bitBy(bites.swap, answeredBy(0.3), inPlace);
    expect(seen).toMatchObject({ held: true });
    expect(seen.observed).toContain('30.0 % were answered by lin-1');
    expect(bitBy(bites.swap, answeredBy(0.02), inPlace)).toMatchObject({ held: false });
    expect(bitBy(bites.swap, answeredBy(0.3))).toMatchObject({ held: false });
  });

  test.each(['down', 'reset'] as const)('%s: nearly all calls failed', (name) => {
    const see = (scrapes: Scrape[]) => bitBy(bites[name], { scrapes });
    expect(see(bitten('error', 5, 0.001))).toMatchObject({ held: true });
    expect(see(bitten('error', 5, 0.001)).observed).toContain('100.0 % failed');
    expect(see(bitten('error', 4, 0.001))).toMatchObject({ held: false });
    expect(see(bitten('timeout', 50, 0.1))).toMatchObject({ held: false });
    expect(see(bitten('ok', 50, 0.1))).toMatchObject({ held: false });
  });

  test('timeout: nearly all calls were given up, or wait still where nobody gives up', () => {
    const see = (scrapes: Scrape[]) => bitBy(bites.timeout, { scrapes });
    expect(see(bitten('timeout', 5, 0.1))).toMatchObject({ held: true });
    expect(see(bitten('ok', 0, 0, 5))).toMatchObject({ held: true });
    expect(see(bitten('ok', 0, 0, 5)).observed).toContain('5 of 5 begun ones still waited');
    expect(see(bitten('ok', 0, 0, 4))).toMatchObject({ held: false });
    expect(see(bitten('ok', 100, 0.01, 150))).toMatchObject({ held: false });
    expect(see(bitten('error', 100, 0.001))).toMatchObject({ held: false });
  });

  test('kill: the process was seen gone, and calls failed; one of the two is not enough', () => {
    const failed = { scrapes: bitten('error', 20, 0.001) };
    const gone = [isGone('model-server')];
    expect(bitBy(bites.kill, failed, gone)).toMatchObject({ held: true });
    expect(bitBy(bites.kill, failed).observed).toContain('not read back: model-server is gone');
    expect(bitBy(bites.kill, failed)).toMatchObject({ held: false });
    expect(bitBy(bites.kill, failed, [isGone('gateway')])).toMatchObject({ held: false });
    expect(bitBy(bites.kill, { scrapes: bitten('ok', 20, 0.01) }, gone)).toMatchObject({ held: false });
  });

  test('pause: the process was seen stopped, and calls timed out or wait', () => {
    const stopped = [isStopped('model-server')];
    expect(bitBy(bites.pause, { scrapes: bitten('timeout', 20, 0.1) }, stopped)).toMatchObject({
      held: true,
    });
    expect(bitBy(bites.pause, { scrapes: bitten('ok', 0, 0, 20) }, stopped)).toMatchObject({ held: true });
    expect(bitBy(bites.pause, { scrapes: bitten('timeout', 20, 0.1) })).toMatchObject({ held: false });
  });

  test.each([
    ['refused', faults.kill, 1212, isGone('gateway')],
    ['reset', faults.kill, 1220, isGone('gateway')],
    ['given up', faults.pause, 1050, isStopped('gateway')],
    ['given up before they were connected', faults.pause, 1211, isStopped('gateway')],
  ])('with the gateway itself as the victim the client saw its requests %s', (_, fault, errorCode, words) => {
    const { bite } = fault.script({}, { service: 'gateway' });
    const inFault = (atMs: number) => atMs >= 10_000 && atMs < 20_000;
    const seen = (status: number) =>
      bitBy(bite, { outcome: (atMs) => (inFault(atMs) ? { status, errorCode, servedBy: '' } : {}) }, [words]);
    expect(seen(0)).toMatchObject({ held: true });
    // An answer came over the link, be it a bad one.
    expect(seen(502)).toMatchObject({ held: false });
  });

  test('flaky: at least half of the errors that were asked for were seen, and the service said that it makes them', () => {
    const { bite } = faults.flaky.script(
      { errorShare: 0.5, status: 503, seed: 1 },
      { service: 'model-server' },
    );
    const asked = [answersErrors('model-server')];
    const see = (errors: number, ok: number) => {
      const [first, last] = bitten('error', errors, 0.001);
      const [, answered] = bitten('ok', ok, 0.001);
      return { scrapes: [first!, { ...last!, values: { ...last!.values, ...answered!.values } }] };
    };
    expect(bitBy(bite, see(5, 15), asked)).toMatchObject({ held: true });
    expect(bitBy(bite, see(4, 16), asked)).toMatchObject({ held: false });
    expect(bitBy(bite, see(19, 0), asked)).toMatchObject({ held: false });
    expect(bitBy(bite, see(5, 15))).toMatchObject({ held: false });
  });

  test('overload: so many requests a second were really sent inside its window', () => {
    const { bite } = faults.overload.script({ ofCapacity: 3 }, {});
    const see = (perSecond: number, shape: TrialShape = {}) => {
      const view = trialView(shape);
      const [planned] = view.experiment.faults;
      const fault = { ...planned!, bite, offers: { perSecond, ofCapacity: 3 } };
      return checks['fault-bit']({ ...view, experiment: { ...view.experiment, faults: [fault] } })!;
    };
    // The tape has 100 requests a second.
    expect(see(100)).toMatchObject({ held: true });
    expect(see(100).observed).toContain(
      '100 requests/s were sent in the window, where 3 C are 100 requests/s',
    );
    expect(see(112)).toMatchObject({ held: false });
    const unsent = (atMs: number) => (atMs % 200 === 0 ? null : {});
    expect(see(100, { outcome: unsent })).toMatchObject({ held: true });
    const late = (atMs: number) => ({ latenessMs: atMs > 15_000 ? 10_000 : 0 });
    expect(see(100, { outcome: late })).toMatchObject({ held: false });
  });

  test('flaky on the gateway: the client saw it answer with errors', () => {
    const { bite } = faults.flaky.script({ errorShare: 0.5, status: 503, seed: 1 }, { service: 'gateway' });
    const seen = (status: number) =>
      bitBy(bite, { outcome: (atMs) => (atMs >= 10_000 && atMs % 3 === 0 ? { status } : {}) }, [
        answersErrors('gateway'),
      ]);
    expect(seen(503)).toMatchObject({ held: true });
    expect(seen(503).observed).toContain('33.3 % were answered 5xx');
    expect(seen(429)).toMatchObject({ held: false });
  });
});
