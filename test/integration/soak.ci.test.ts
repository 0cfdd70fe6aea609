import { expect, test } from 'vitest';
import { openPorts, readRecord, readVerdict, runGauntlet } from './gauntlet.ts';

const SOAK = './test/fixtures/experiments/short-soak.ts';

test('a soak loses nothing and does nothing twice, where the usual sample loses jobs on the same tape', async () => {
  const run = await runGauntlet(['chaos', SOAK, '--profile', 'soak']);
  const [{ validity, objectives }] = readVerdict(run.out).experiments as [
    ReturnType<typeof readVerdict>['experiments'][0],
  ];
  for (const trial of readRecord(run.out).experiments[0]!.trials) {
    expect(trial.error, run.output()).toBeNull();
    for (const fault of trial.faults)
      expect(fault).toMatchObject({ residue: [], healedAt: expect.any(Number) });
  }
  const ruleOf = (name: string) => validity.find(({ rule }) => rule === name);
  expect(ruleOf('kills-hit-work'), run.output()).toMatchObject({ held: true });
  expect(ruleOf('baseline-loses'), run.output()).toMatchObject({ held: true });
  const own = objectives.filter(({ variant }) => variant === 'candidate');
  expect(own).toHaveLength(7);
  for (const { good, total } of own) expect(good, run.output()).toBe(total);
  expect(run.processes()).toEqual([]);
  expect(await openPorts(run.out)).toEqual([]);
});
