import { expect, test } from 'vitest';
import { openPorts, readRecord, readVerdict, runGauntlet } from './gauntlet.ts';

// With --rate C needs no measuring, and a small one suits a busy machine too.
const RATE = 100;

test.each([
  ['a model swapped under load', 'prediction-cache', 'swap', 'gives-no-replaced-answer'],
  ['a bad model rolled back', 'bad-model-cached', 'bad-release', 'gives-no-rolled-back-answer'],
])(
  '%s: the cache gives no answer of the replaced version, the naive one does',
  async (_, experiment, fault, claim) => {
    const run = await runGauntlet(['chaos', experiment, '--fault', fault, '--rate', String(RATE)]);
    const [judged] = readVerdict(run.out).experiments;
    const { trials } = readRecord(run.out).experiments[0]!;
    for (const { error, faults } of trials) {
      expect(error, run.output()).toBeNull();
      expect(faults).toEqual([
        expect.objectContaining({ name: fault, residue: [], healedAt: expect.any(Number) }),
      ]);
    }
    for (const { bite } of judged!.faults) expect(bite, run.output()).toMatchObject({ held: true });
    const replaced = judged!.claims.find(({ name }) => name === claim)!;
    expect(replaced.candidate, run.output()).toBe(0);
    expect(replaced.baseline, run.output()).toBeGreaterThan(0.05);
    const faithful = judged!.objectives.filter(({ name }) => name.startsWith('faithful'));
    expect(faithful.map(({ outcome }) => outcome)).toEqual(faithful.map(() => 'pass'));
    expect(run.processes()).toEqual([]);
    expect(await openPorts(run.out)).toEqual([]);
  },
);
