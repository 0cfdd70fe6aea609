import { expect, test } from 'vitest';
import { readRecord, readRunFile, readVerdict, runGauntlet } from './gauntlet.ts';

// With --rate C needs no measuring, and a small one overloads a busy machine too.
const RATE = 60;
const OF_CAPACITY = 3;
const STEADY_OF_CAPACITY = 0.4;

test('an overload is offered, answered by model and fallback, and over again', async () => {
  const experiment = './test/fixtures/experiments/short-overload.ts';
  const run = await runGauntlet(['chaos', experiment, '--rate', String(RATE)]);
  const [judged] = readVerdict(run.out).experiments;
  const [trial] = readRecord(run.out).experiments[0]!.trials;
  expect(trial!.error, run.output()).toBeNull();
  const [fault] = judged!.faults;
  expect(fault!.bite, run.output()).toMatchObject({ held: true });
  const offered = (OF_CAPACITY * RATE) / STEADY_OF_CAPACITY;
  expect(fault!.bite.observed).toContain(`where 3 C are ${offered} requests/s`);
  expect(fault!.backlog).toMatchObject({ drainedSeconds: expect.any(Number), projectedSeconds: null });
  const turnedAway = trial!.scrapes.findLast(({ service }) => service === 'gateway')!.values;
  expect(turnedAway['pattern_turned_away_total{pattern="overload-limit"}']).toBeGreaterThan(0);
  expect(readRunFile(run.out, 'report.html')).toContain(`${offered} requests/s (3 C) are asked for`);
  expect(run.processes()).toEqual([]);
});
