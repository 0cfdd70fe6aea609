import { describe, expect, test } from 'vitest';
import type { Claim } from '#contract/experiment.ts';
import { METRICS } from '#contract/metrics.ts';
import type { Scrape } from '#contract/record.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { T0, trialView } from './fixture.ts';
import { judgeClaims } from './judge-claims.ts';
import { measured } from './measured.ts';

const inFault = (atMs: number) => atMs >= 10_000 && atMs < 20_000;

interface Played {
  /** Share of good answers in the fault window. */
  goodput?: number;
  /** Median response time in the fault window; the breaker never opens, so it counts from the inject. */
  medianMs?: number;
  opensAfterSeconds?: number;
}

function trial(round: number, variant: string, { goodput = 1, medianMs = 5, opensAfterSeconds }: Played) {
  const opened: Scrape[] =
    opensAfterSeconds === undefined
      ? []
      : [
          {
            at: T0 + 20_000,
            service: 'gateway',
            moment: 'before-heal',
            values: { [METRICS.breakerOpened]: (T0 + 10_000) / 1_000 + opensAfterSeconds },
          },
        ];
  const view = trialView({
    variant,
    scrapes: opened,
    outcome: (atMs) => {
      if (!inFault(atMs)) return {};
      // Spread evenly over the window.
      const isGood =
        Math.floor(((atMs / 10) % 1_000) * goodput) !== Math.floor((((atMs / 10) % 1_000) + 1) * goodput);
      return isGood ? { serviceMs: medianMs } : { serviceMs: medianMs, right: false };
    },
  });
  return { ...view, facts: { ...view.facts, id: `${round}-${variant}`, round } };
}

function rounds(candidate: Played[], baseline: Played[]): TrialView[] {
  return candidate.flatMap((played, i) => [
    trial(i + 1, 'candidate', played),
    ...(baseline[i] ? [trial(i + 1, 'bare', baseline[i])] : []),
  ]);
}

const faster: Claim = {
  name: 'answers-sooner',
  kind: 'win',
  against: 'bare',
  metric: 'median-response-ms-once-open',
  compare: 'ratio',
  bound: { atMost: 0.5 },
};
const costsNoGoodput: Claim = {
  name: 'costs-no-goodput',
  kind: 'cost',
  against: 'bare',
  metric: 'goodput-in-fault',
  compare: 'difference',
  bound: { atLeast: -0.01 },
};
const all = () => true;
const medians = (...ms: number[]) => ms.map((medianMs) => ({ medianMs }));
const goodputs = (...shares: number[]) => shares.map((goodput) => ({ goodput }));
const judge = (claims: Claim[], views: TrialView[], valid: (view: TrialView) => boolean = all) =>
  judgeClaims(claims, measured(views, valid));

describe('a claim over pairs', () => {
  const base = medians(40, 40, 40, 40, 40, 40);

  test('is won where the whole interval of the log ratios lies within the bound', () => {
    const [result] = judge([faster], rounds(medians(10, 11, 9, 10, 10, 11), base));
    expect(result).toMatchObject({ outcome: 'pass', pairs: 6, agreeing: 6, within: true, advice: '' });
    // The geometric mean.
    expect(result!.effect).toBeCloseTo((10 * 11 * 9 * 10 * 10 * 11) ** (1 / 6) / 40, 10);
    expect(result!.interval![0]).toBeLessThan(result!.effect!);
    expect(result!.interval![1]).toBeLessThan(0.5);
  });

  test('is not won by a mean within the bound alone, and says how many pairs would settle it', () => {
    const [result] = judge([faster], rounds(medians(12, 15, 22, 16, 13, 25), base));
    expect(result).toMatchObject({ outcome: 'inconclusive', within: true, pairs: 6, agreeing: 4 });
    expect(result!.advice).toMatch(
      /^At this effect and spread about \d+ pairs would settle it; 6 were played\.$/,
    );
  });

  test('is lost where the whole interval lies outside', () => {
    const [result] = judge([faster], rounds(medians(30, 31, 29, 30, 30, 31), base));
    expect(result).toMatchObject({ outcome: 'fail', within: false });
  });

  test('of a difference may have values of 0, of a ratio may not', () => {
    const win: Claim = { ...costsNoGoodput, name: 'keeps', kind: 'win', bound: { atLeast: 0.5 } };
    const views = rounds(goodputs(0.9, 0.91, 0.92), goodputs(0, 0, 0));
    expect(judge([win], views)[0]).toMatchObject({ outcome: 'pass', baseline: 0 });
    const [ratio] = judge([{ ...win, compare: 'ratio' }], views);
    expect(ratio).toMatchObject({ outcome: 'inconclusive', effect: null, interval: null });
    expect(ratio!.advice).toContain("compare: 'difference'");
  });

  test('of a cost holds where its worst end stays within the bound', () => {
    const holds = rounds(goodputs(0.95, 0.951, 0.949), goodputs(0.95, 0.95, 0.95));
    expect(judge([costsNoGoodput], holds)[0]!.outcome).toBe('pass');
    const open = rounds(goodputs(0.95, 0.94, 0.93), goodputs(0.95, 0.95, 0.95));
    expect(judge([costsNoGoodput], open)[0]!.outcome).toBe('inconclusive');
    const fails = rounds(goodputs(0.8, 0.81, 0.79), goodputs(0.95, 0.95, 0.95));
    expect(judge([costsNoGoodput], fails)[0]!.outcome).toBe('fail');
  });

  test('of a loss passes where it is lost, and is a finding where it is not', () => {
    const loss: Claim = { ...costsNoGoodput, name: 'loses', kind: 'loss', bound: { atMost: -0.05 } };
    const lost = rounds(goodputs(0.8, 0.81, 0.79), goodputs(0.95, 0.95, 0.95));
    expect(judge([loss], lost)[0]).toMatchObject({ outcome: 'pass', advice: 'Lost as expected.' });
    const kept = rounds(goodputs(0.95, 0.951, 0.949), goodputs(0.95, 0.95, 0.95));
    expect(judge([loss], kept)[0]!.outcome).toBe('fail');
    expect(judge([loss], kept)[0]!.advice).toMatch(/^A finding/);
  });

  test('of the candidate alone needs no baseline, but a value in every round', () => {
    const opens: Claim = { ...faster, metric: 'seconds-to-open', compare: 'value', bound: { atMost: 1.5 } };
    const soon = [1, 1.1, 0.9].map((opensAfterSeconds) => ({ opensAfterSeconds }));
    expect(judge([opens], rounds(soon, []))[0]).toMatchObject({ outcome: 'pass', baseline: null, pairs: 3 });
    const [result] = judge([opens], rounds([...soon, {}], []));
    expect(result).toMatchObject({ outcome: 'inconclusive', interval: null });
    expect(result!.advice).toContain('no value in 1 of 4 valid pairs');
  });

  test('takes both sides from the same round, and leaves out a round that is not valid on both', () => {
    const views = rounds(medians(10, 20, 40), medians(20, 40, 80));
    const [result] = judge([{ ...faster, bound: { atMost: 0.51 } }], views);
    // Each round has the same ratio, however far the rounds lie apart.
    expect(result!.interval![0]).toBeCloseTo(0.5, 10);
    expect(result!.interval![1]).toBeCloseTo(0.5, 10);
    const broken = (view: TrialView) => view.facts.id !== '2-bare';
    expect(judge([faster], views, broken)[0]!.pairs).toBe(2);
    const most = (view: TrialView) => !['2-bare', '3-candidate'].includes(view.facts.id);
    expect(judge([faster], views, most)[0]).toMatchObject({
      outcome: 'invalid',
      advice: '1 valid pair: at least 2 are needed.',
    });
  });

  test('needs more among several than alone, and that is said', () => {
    const views = rounds(medians(10, 14, 12, 15.5, 13, 14.5), medians(28, 32, 31, 30, 29, 33));
    expect(judge([faster], views)[0]!.outcome).toBe('pass');
    const hopeless = Array.from({ length: 4 }, (_, i) => ({
      ...faster,
      name: `other-${i}`,
      bound: { atMost: 0.46 },
    }));
    const [result] = judge([faster, ...hopeless], views);
    expect(result!.outcome).toBe('inconclusive');
    expect(result!.advice).toContain('Clear by itself, but not among 5 claims judged together.');
  });

  test('that lies on its bound in every pair is kept', () => {
    const views = rounds(medians(20, 20), medians(40, 40));
    expect(judge([faster], views)[0]).toMatchObject({ outcome: 'pass', agreeing: 0 });
  });
});
