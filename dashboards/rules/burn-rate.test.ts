import { describe, expect, test } from 'vitest';
import { DURATION_BUCKETS } from '#contract/metrics.ts';
import { readObjectives } from '#harness/cli/objectives.ts';
import { WORKBOOK } from '#slo/burn-rates.ts';
import { burnRateRules, type Recording } from './burn-rate.ts';
import { ALLOWED, missRatio, WINDOWS } from './names.ts';

const { byName } = await readObjectives();
const [ratios, budgets] = burnRateRules(byName, WORKBOOK).groups;
const recorded = ratios!.rules as Recording[];

function exprOf(record: string, slo: string): string | undefined {
  return recorded.find((rule) => rule.record === record && rule.labels?.['slo'] === slo)?.expr;
}

describe('the rules of the objectives', () => {
  test('record what is allowed and every window, of those that a Prometheus can see', () => {
    const slos = [...new Set(recorded.map(({ labels }) => labels!['slo']!))];
    expect(slos).toEqual(['resilience/available', 'serving/available', 'serving/p95-below-100ms']);
    for (const slo of slos) {
      expect(exprOf(ALLOWED, slo)).toBe(`vector(${Number((1 - byName[slo]!.target).toPrecision(12))})`);
      for (const window of WINDOWS) expect(exprOf(missRatio(window), slo)).toContain(`[${window}]`);
    }
  });

  test('count an answer as good that came with 200, or within a bound that is a bucket', () => {
    expect(exprOf(missRatio('5m'), 'serving/available')).toContain('status="200"');
    expect(exprOf(missRatio('5m'), 'serving/p95-below-100ms')).toContain('le="0.1"');
  });

  test('ring over a long and a short window, each of which is recorded', () => {
    const exprs = budgets!.rules.map(({ expr }) => expr);
    expect(exprs).toHaveLength(WORKBOOK.length);
    const pairs = [
      ['1h', '5m'],
      ['6h', '30m'],
      ['1d', '2h'],
      ['3d', '6h'],
    ] as const;
    for (const [i, [long, short]] of pairs.entries()) {
      const { burnRate } = WORKBOOK[i]!;
      expect(exprs[i]).toContain(`(${missRatio(long)} >= on (slo) (${burnRate} * ${ALLOWED})) and on (slo)`);
      expect(exprs[i]).toContain(`and on (slo) (${missRatio(short)} >= on (slo) (${burnRate} *`);
    }
  });

  test('refuse an alert over a window that is not recorded', () => {
    const odd = { severity: 'page', burnRate: 2, longSeconds: 7_200, shortSeconds: 60 } as const;
    expect(() => burnRateRules(byName, [odd])).toThrow('no miss ratio is recorded over 1m');
  });
});

test('every bound of an objective is a bucket of the histograms', () => {
  const bounds = Object.values(byName).flatMap((one) => ('withinMs' in one ? [one.withinMs / 1000] : []));
  expect(bounds).toContain(0.1);
  for (const bound of bounds) expect(DURATION_BUCKETS).toContain(bound);
});
