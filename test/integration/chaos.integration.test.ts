import { describe, expect, test } from 'vitest';
import type { LoadFile } from '#contract/load.ts';
import type { Plan } from '#contract/plan.ts';
import { openPorts, readRecord, readRunFile, readVerdict, runGauntlet } from './gauntlet.ts';

const SHORT = './test/fixtures/experiments/short-breaker.ts';

describe('chaos on the breaker', () => {
  test('the candidate keeps its objectives, the bare system does not, and nothing is left', async () => {
    const run = await runGauntlet(['chaos', SHORT]);
    expect(run.code, run.output()).toBe(0);
    expect(run.processes()).toEqual([]);
    expect(await openPorts(run.out)).toEqual([]);

    const [experiment] = readVerdict(run.out).experiments;
    const ratio = (variant: string) =>
      experiment!.objectives.find(
        (objective) => objective.variant === variant && objective.name === 'correct-in-time-in-fault',
      )!.ratio!;
    expect(ratio('candidate')).toBeGreaterThanOrEqual(0.93);
    expect(ratio('no-timeout')).toBeLessThanOrEqual(0.2);
    expect(experiment!.faults.map(({ bite }) => bite.held)).toEqual([true, true]);
    const burnt = (variant: string) =>
      experiment!.alerts.find((alerts) => alerts.variant === variant)?.faults[0]?.burnt?.times;
    expect(burnt('candidate')).toBeLessThan(50);
    // The bare system lost all answers, a hundred times as many as 1 % allows; a neighbour may have spoilt its trial.
    expect(burnt('no-timeout') ?? 100).toBeGreaterThan(50);
    const room = experiment!.validity.filter(({ rule }) => rule === 'generator-has-room');
    expect(room.map(({ held }) => held)).toEqual(process.platform === 'linux' ? [true, true] : []);
    expect(readRecord(run.out).experiments[0]!.trials.flatMap(({ faults }) => faults)).toEqual([
      expect.objectContaining({ name: 'latency', residue: [], healedAt: expect.any(Number) }),
      expect.objectContaining({ name: 'latency', residue: [], healedAt: expect.any(Number) }),
    ]);
    expect(run.output().trimEnd().split('\n').at(-1)).toMatch(/report\.html$/);
    onlyTapeKeys(run.out);
  });

  test('without the breaker the candidate fails: exit 1', async () => {
    const run = await runGauntlet(['chaos', SHORT, '--without', 'circuit-breaker', '--json']);
    expect(run.code, run.output()).toBe(1);
    expect(readVerdict(run.out)).toMatchObject({ outcome: 'fail', exitCode: 1 });
    expect(run.processes()).toEqual([]);
    expect(await openPorts(run.out)).toEqual([]);
  });

  test("a fault on the client's own link bites there, and no answer is in time", async () => {
    const run = await runGauntlet(['chaos', './test/fixtures/experiments/slow-client-link.ts']);
    expect(run.code, run.output()).toBe(1);
    const [experiment] = readVerdict(run.out).experiments;
    expect(experiment!.faults[0]!.bite, run.output()).toMatchObject({ held: true });
    expect(experiment!.objectives[0]!.ratio).toBeLessThan(0.05);
  });
});

/** The generator's file holds each key that is on the tape once, and no other. */
function onlyTapeKeys(out: string): void {
  const plan = JSON.parse(readRunFile(out, 'plan.json')) as Plan;
  const load = JSON.parse(readRunFile(out, 'trials/short-breaker/1-candidate/load.json')) as LoadFile;
  const tape = plan.experiments[0]!.tapes[0]!;
  expect(load.atMs).toEqual(tape.atMs);
  expect(load.requests.length).toBe(new Set(tape.key).size);
  expect(new Set(load.request).size).toBe(load.requests.length);
}
