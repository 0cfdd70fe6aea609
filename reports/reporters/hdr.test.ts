import { HistogramLogReader } from 'hdr-histogram-js';
import { expect, test } from 'vitest';
import { tallyIn } from '../series.ts';
import { situations } from '../test-situations.ts';
import { viewExperiments } from '../view.ts';
import { hdr } from './hdr.ts';

test("HdrHistogram's own reader finds the trials' quantiles in the log, to three digits", () => {
  const input = situations['a breaker that kept its objectives']!();
  const reader = new HistogramLogReader(hdr(input).files['response-times.hlog']!);
  const found = new Map<string, number[]>();
  for (let one = reader.nextIntervalHistogram(); one; one = reader.nextIntervalHistogram())
    found.set(one.tag, [one.totalCount, one.getValueAtPercentile(50), one.getValueAtPercentile(99)]);
  const expected = viewExperiments(input).flatMap(({ plan, trials }) =>
    trials.flatMap((trial) =>
      Object.entries(trial.spans).map(([phase, span]) => {
        const { planned, fates, p50Ms, p99Ms } = tallyIn(trial, plan.load.deadlineMs, span);
        return { tag: `${plan.name}.${trial.facts.id}.${phase}`, sent: planned - fates.unsent, p50Ms, p99Ms };
      }),
    ),
  );
  expect(expected.length).toBeGreaterThan(3);
  expect([...found.keys()].toSorted()).toEqual(expected.map(({ tag }) => tag).toSorted());
  for (const { tag, sent, p50Ms, p99Ms } of expected) {
    const [count, p50, p99] = found.get(tag)!;
    expect(count).toBe(sent);
    expect(Math.abs(p50! - p50Ms! * 1000)).toBeLessThanOrEqual(p50Ms!);
    expect(Math.abs(p99! - p99Ms! * 1000)).toBeLessThanOrEqual(p99Ms!);
  }
});
