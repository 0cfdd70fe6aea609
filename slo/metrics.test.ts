import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import type { Scrape } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';
import { viewTrial } from '#contract/trial-view.ts';
import { T0, trialView } from './fixture.ts';
import { metrics } from './metrics.ts';

const reading = (moment: Scrape['moment'], atMs: number, calls: number, openedAtMs?: number): Scrape => ({
  at: T0 + atMs,
  service: 'gateway',
  moment,
  values: {
    [METRICS.upstreamStarted]: calls,
    ...(openedAtMs === undefined ? {} : { [METRICS.breakerOpened]: (T0 + openedAtMs) / 1000 }),
  },
});

describe('what a cache gave', () => {
  const cached = (options: object | null, served: (atMs: number) => string) => {
    const view = trialView({ outcome: (atMs) => ({ servedBy: served(atMs) }) });
    const variant = { patterns: options === null ? {} : { 'prediction-cache': options } };
    return {
      ...view,
      experiment: { ...view.experiment, variants: { [view.facts.variant]: variant } },
    } as unknown as typeof view;
  };
  const half = (atMs: number) => (atMs % 20 === 0 ? 'cache' : 'primary');

  test('is a share of what was planned, and nothing where there is no cache', () => {
    expect(metrics['hit-ratio-in-fault'].of(cached({}, half))).toBe(0.5);
    expect(metrics['hit-ratio-in-steady'].of(cached({}, half))).toBe(0.5);
    expect(metrics['hit-ratio-in-fault'].of(cached(null, half))).toBeNull();
  });

  test('is held against an ideal cache of its size; the fixture asks for one key only', () => {
    expect(metrics['hit-ratio-short-of-ideal-in-fault'].of(cached({ maxRows: 5 }, half))).toBe(0.5);
    expect(metrics['hit-ratio-short-of-ideal-in-fault'].of(cached({}, half))).toBeNull();
  });
});

describe('answers of a replaced version', () => {
  const mostly = (atMs: number) => (atMs >= 10_000 && atMs % 40 !== 0 ? 'lin-1' : 'mlp-1');
  const swapped = (actions: object[], versionAt = mostly) => {
    const view = trialView({ outcome: (atMs) => ({ version: versionAt(atMs) }) });
    const { experiment, facts } = view;
    return {
      ...view,
      experiment: {
        ...experiment,
        variants: { [facts.variant]: { models: { primary: 'mlp-1' } } },
        faults: [{ ...experiment.faults[0], inject: actions }],
      },
    } as unknown as typeof view;
  };

  test('are counted among the answers to what was planned after the swap', () => {
    const swap = { do: 'set-model', service: 'gateway', version: 'lin-1' };
    expect(metrics['replaced-answers-in-fault'].of(swapped([swap]))).toBe(0.25);
  });

  test('are none where nothing was swapped', () => {
    expect(metrics['replaced-answers-in-fault'].of(swapped([]))).toBeNull();
    expect(metrics['rolled-back-answers-in-recovery'].of(swapped([]))).toBeNull();
  });

  test('once more after the roll back, are those of the version that was swapped in', () => {
    const swap = { do: 'set-model', service: 'gateway', version: 'lin-1' };
    expect(metrics['rolled-back-answers-in-recovery'].of(swapped([swap]))).toBeCloseTo(0.75, 2);
  });

  test("between the asking for the roll back and its acknowledgement are nobody's", () => {
    const swap = { do: 'set-model', service: 'gateway', version: 'lin-1' };
    const view = swapped([swap], (atMs) => (atMs < 20_010 ? 'lin-1' : 'mlp-1'));
    expect(metrics['rolled-back-answers-in-recovery'].of(view)).toBe(0);
  });
});

describe('a tenant beside a crowd', () => {
  const own = (atMs: number) => atMs < 10_000 || atMs % 40 === 0;
  const beside = (outcome: (atMs: number) => Partial<Sample>, hasTenants = true) => {
    const view = trialView({ outcome });
    const { experiment, tape } = view;
    if (!hasTenants) return view;
    const tenant = tape.atMs.map((atMs) => (own(atMs) ? 'small' : 'crowd'));
    const load = { ...experiment.load, tenant: 'small' };
    return { ...view, experiment: { ...experiment, load }, tape: { ...tape, tenant } };
  };
  const p99 = metrics['tenant-p99-of-alone-in-fault'];
  const goodput = metrics['tenant-goodput-in-fault'];

  test('is held against itself alone, whatever becomes of the crowd', () => {
    const view = beside((atMs) => ({ serviceMs: atMs < 10_000 ? 5 : own(atMs) ? 10 : 900 }));
    expect(p99.of(view)).toBe(2);
    expect(goodput.of(view)).toBe(1);
  });

  test('is not answered soon by being refused soon', () => {
    const refused = (atMs: number) => atMs >= 10_000 && own(atMs);
    const view = beside((atMs) => (refused(atMs) ? { status: 429, serviceMs: 1 } : { serviceMs: 5 }));
    expect(p99.of(view)).toBe(200);
    expect(goodput.of(view)).toBe(0);
  });

  test('is nobody where the load names none', () => {
    const view = beside(() => ({}), false);
    expect([p99.of(view), goodput.of(view)]).toEqual([null, null]);
  });
});

describe('requests lost at a kill', () => {
  const lost = metrics['requests-lost-at-kill'];
  // At 9,990 ms.
  const killed = (inject: object[]) => {
    const view = trialView({
      outcome: (atMs) => {
        if (atMs >= 9_990 && atMs < 20_000) return { status: 502, serviceMs: 1 };
        return atMs >= 9_960 && atMs < 9_990 ? { status: 502, serviceMs: 40 } : {};
      },
    });
    const { experiment, facts } = view;
    const faults = [{ ...experiment.faults[0], inject }];
    const seen = [{ ...facts.faults[0], actedAt: T0 + 9_990 }];
    const acted = { ...view, facts: { ...facts, faults: seen } };
    return { ...acted, experiment: { ...experiment, faults } } as unknown as typeof view;
  };

  test('are those that were under way and got no answer, and not those that came later', () => {
    expect(lost.of(killed([{ do: 'kill', service: 'model-server' }]))).toBe(3);
  });

  test('are no misses of the steady phase where they came before the kill was seen', () => {
    const { experiment, facts, samples } = killed([]);
    expect(viewTrial(experiment, facts, samples).spans).toMatchObject({
      steady: { toMs: 9_990 },
      fault: { fromMs: 10_000 },
    });
  });

  test('are nothing to speak of where nobody was killed', () => {
    expect(lost.of(killed([]))).toBeNull();
  });
});

describe('metrics that claims compare', () => {
  const opened = trialView({
    scrapes: [
      reading('injected', 10_000, 1_000),
      reading('beat', 11_500, 1_100, 11_000),
      reading('before-heal', 20_000, 1_108, 11_000),
    ],
    outcome: (atMs) => (atMs >= 10_000 && atMs < 11_000 ? { serviceMs: 100 } : { serviceMs: 2 }),
  });

  test('time to open counts from the acknowledged inject', () => {
    expect(metrics['seconds-to-open'].of(opened)).toBeCloseTo(1, 6);
  });

  test('an opening before the inject is another fault, not this one', () => {
    const before = trialView({ scrapes: [reading('before-heal', 20_000, 0, 4_000)] });
    expect(metrics['seconds-to-open'].of(before)).toBeNull();
  });

  test('calls per request count from the first reading after the opening to the heal', () => {
    // 8 calls in 8.5 s of 100 requests a second.
    expect(metrics['calls-per-request-once-open'].of(opened)).toBeCloseTo(8 / 850, 6);
  });

  test('the median response counts from the opening, and without one from the inject', () => {
    expect(metrics['median-response-ms-once-open'].of(opened)).toBe(2);
    const never = trialView({
      outcome: (atMs) => (atMs >= 10_000 && atMs < 20_000 ? { serviceMs: 100 } : {}),
    });
    expect(metrics['median-response-ms-once-open'].of(never)).toBe(100);
  });

  test('goodput in the fault counts only answers that are in time, faithful and right', () => {
    const quarter = trialView({
      outcome: (atMs) => [{}, { serviceMs: 201 }, { faithful: false }, { right: false }][(atMs / 10) % 4]!,
    });
    expect(metrics['goodput-in-fault'].of(quarter)).toBe(0.25);
  });

  test('the share of the primary counts its answers in time, right or wrong, and nobody else', () => {
    const mixed = trialView({
      outcome: (atMs) =>
        [{}, { right: false }, { servedBy: 'fallback' }, { serviceMs: 201 }][(atMs / 10) % 4]!,
    });
    expect(metrics['primary-share-in-fault'].of(mixed)).toBe(0.5);
  });

  test('goodput of C counts what is answered a second, the primary of C what it answered itself', () => {
    const view = trialView({
      outcome: (atMs) => [{}, { servedBy: 'fallback' }, { right: false }, { status: 429 }][(atMs / 10) % 4]!,
    });
    const [fault] = view.experiment.faults;
    const of = (name: 'goodput-of-capacity-in-fault' | 'primary-of-capacity-in-fault', more: object) =>
      metrics[name].of({ ...view, experiment: { ...view.experiment, ...more } });
    // 100 requests a second, 3 C of which make C 40.
    const offered = { faults: [{ ...fault!, offers: { perSecond: 120, ofCapacity: 3 } }] };
    expect(of('goodput-of-capacity-in-fault', offered)).toBeCloseTo(50 / 40, 9);
    expect(of('primary-of-capacity-in-fault', offered)).toBeCloseTo(50 / 40, 9);
    const capacity = { variant: '', perSecond: 200, atLeast: false, measuredAt: '' };
    expect(of('goodput-of-capacity-in-fault', { capacity })).toBeCloseTo(0.25, 9);
    expect(of('goodput-of-capacity-in-fault', {})).toBeNull();
  });

  test('recovery is told in whole seconds, and a system that stays ill has none', () => {
    const illUntil = (ms: number) =>
      trialView({ outcome: (atMs) => (atMs >= 10_000 && atMs < ms ? { status: 503 } : {}) });
    expect(metrics['seconds-to-recover'].of(illUntil(22_500))).toBe(3);
    expect(metrics['seconds-to-recover'].of(illUntil(29_000))).toBeNull();
  });

  test('steady times leave warm-up, fault and recovery out, and service time the lateness', () => {
    const view = trialView({
      outcome: (atMs) =>
        atMs < 10_000 ? { serviceMs: 1 + atMs / 10_000, latenessMs: 2 } : { serviceMs: 900 },
    });
    expect(metrics['steady-median-service-ms'].of(view)).toBeCloseTo(1.5, 1);
    expect(metrics['steady-p50-response-ms'].of(view)).toBeCloseTo(3.5, 1);
    expect(metrics['steady-p95-response-ms'].of(view)).toBeCloseTo(3.95, 1);
    expect(metrics['steady-p99-response-ms'].of(view)).toBeCloseTo(3.99, 1);
  });

  test('goodput is that of its own phase', () => {
    const view = trialView({ outcome: (atMs) => ({ status: atMs >= 20_000 && atMs < 25_000 ? 503 : 200 }) });
    expect(metrics['goodput-in-fault'].of(view)).toBe(1);
    expect(metrics['goodput-in-recovery'].of(view)).toBe(0.5);
  });

  const ofFault = Object.entries(metrics).filter(([name]) => !name.includes('steady'));
  test.each(ofFault)('%s has no value where it never came to the fault', (_, metric) => {
    const faults = [{ ...trialView().facts.faults[0]!, injectedAt: null, healRequestedAt: null }];
    expect(metric.of(trialView({ facts: { faults } }))).toBeNull();
  });
});
