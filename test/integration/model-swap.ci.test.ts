import { expect, test } from 'vitest';
import { openPorts, readRecord, readVerdict, runGauntlet } from './gauntlet.ts';

// With --rate C needs no measuring, and a small one suits a busy machine too.
const RATE = 100;

test('a model swapped under load: the cache gives no answer of the replaced version, the naive one does', async () => {
  const run = await runGauntlet(['chaos', 'prediction-cache', '--fault', 'swap', '--rate', String(RATE)]);
  const [judged] = readVerdict(run.out).experiments;
  const { trials } = readRecord(run.out).experiments[0]!;
  for (const { error, faults } of trials) {
    expect(error, run.output()).toBeNull();
    expect(faults).toEqual([
      expect.objectContaining({ name: 'swap', residue: [], healedAt: expect.any(Number) }),
    ]);
  }
  for (const { bite } of judged!.faults) expect(bite, run.output()).toMatchObject({ held: true });
  const replaced = judged!.claims.find(({ name }) => name === 'gives-no-replaced-answer')!;
  expect(replaced.candidate, run.output()).toBe(0);
  expect(replaced.baseline, run.output()).toBeGreaterThan(0.05);
  const faithful = judged!.objectives.filter(({ name }) => name.startsWith('faithful'));
  expect(faithful.map(({ outcome }) => outcome)).toEqual(faithful.map(() => 'pass'));
  expect(run.processes()).toEqual([]);
  expect(await openPorts(run.out)).toEqual([]);
});
