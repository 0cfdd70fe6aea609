import { expect, test } from 'vitest';
import { readRun } from '#harness/cli/saved-run.ts';
import { quantile } from '#slo/statistics/quantile.ts';
import { openPorts, readRecord, readVerdict, runGauntlet } from './gauntlet.ts';

// What the README promises, on the experiments as they are.

test('chaos -- circuit-breaker: the breaker keeps its objectives, the bare system loses them', async () => {
  const run = await runGauntlet(['chaos', 'circuit-breaker'], { through: 'npm' });
  expect(run.code, run.output()).toBe(0);
  const [experiment] = readVerdict(run.out).experiments;
  const goodput = (variant: string) =>
    experiment!.objectives.find((o) => o.variant === variant && o.name === 'correct-in-time-in-fault')!
      .ratio!;
  expect(goodput('candidate')).toBeGreaterThanOrEqual(0.93);
  expect(goodput('no-timeout')).toBeLessThanOrEqual(0.2);
  const claim = (name: string) => experiment!.claims.find((one) => one.name === name)!;
  expect(claim('opens-soon').candidate).toBeLessThanOrEqual(1.5);
  expect(claim('spares-the-slow-server').candidate).toBeLessThanOrEqual(0.01);
  expect(claim('answers-sooner').effect).toBeLessThanOrEqual(0.25);
  expect(claim('costs-no-goodput').effect).toBeGreaterThanOrEqual(-0.01);
  const recovery = experiment!.faults.find(({ variant }) => variant === 'candidate')!.recovery;
  expect(recovery.recoverSeconds).toBeLessThanOrEqual(3);
  expect(run.processes()).toEqual([]);
  expect(await openPorts(run.out)).toEqual([]);
});

test('loadtest -- steady-1000: a minute at 1,000 requests a second beside the load generator', async () => {
  const run = await runGauntlet(['loadtest', 'steady-1000'], { through: 'npm' });
  expect(run.code, run.output()).toBe(0);
  const objectives = readVerdict(run.out).experiments[0]!.objectives;
  expect(objectives.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['available', 'pass'],
    ['p95-below-100ms', 'pass'],
    ['faithful', 'pass'],
    ['correct-in-time', 'pass'],
  ]);
  expect(objectives[0]!.total).toBeGreaterThan(58_000);
  const [trial] = readRecord(run.out).experiments[0]!.trials;
  const { samples } = await readRun('latest', run.out);
  const lateness = samples.get(`steady-1000/${trial!.id}`)!.latenessUs;
  expect(quantile(lateness, 0.99)! / 1000).toBeLessThanOrEqual(20);
});
