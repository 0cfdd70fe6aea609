import { describe, expect, test } from 'vitest';
import { openPorts, readRecord, readVerdict, runGauntlet } from './gauntlet.ts';

const LINK = 'gateway_to_model-server';

/** Everything that a fault must do but pass: it bit, was healed, and nothing is left. */
async function playFault(experiment: string, fault: string) {
  const run = await runGauntlet(['chaos', `./test/fixtures/experiments/${experiment}.ts`, '--fault', fault]);
  const [judged] = readVerdict(run.out).experiments;
  const [trial] = readRecord(run.out).experiments[0]!.trials;
  expect(trial!.error, run.output()).toBeNull();
  expect(judged!.faults[0]!.bite, run.output()).toMatchObject({ held: true });
  expect(trial!.faults).toEqual([
    expect.objectContaining({ name: fault, residue: [], healedAt: expect.any(Number) }),
  ]);
  expect(run.processes()).toEqual([]);
  expect(await openPorts(run.out)).toEqual([]);
  return { run, judged: judged!, fault: trial!.faults[0]!, bite: judged!.faults[0]!.bite.observed };
}

describe('each fault once against the breaker: it bites, is healed, and the breaker keeps its objectives meanwhile', () => {
  test.each([
    ['down', `${LINK} is off`],
    ['timeout', `timeout on ${LINK}`],
    ['reset', `reset on ${LINK}`],
    ['pause', 'model-server is stopped'],
    ['kill', 'model-server is gone'],
    ['flaky-50', 'model-server answers with errors'],
  ])('%s', async (name, inPlace) => {
    const { run, fault, judged } = await playFault('short-faults', name);
    expect(fault.inPlace).toEqual([inPlace]);
    // How soon it recovers is the machine's word too, which tests must not hang on; that it does is the breaker's.
    const kept = judged.objectives.filter(({ phase }) => phase !== 'recovery');
    expect(
      kept.map(({ outcome }) => outcome),
      run.output(),
    ).toEqual(kept.map(() => 'pass'));
    expect(['recovered', 'slow'], run.output()).toContain(judged.faults[0]!.recovery.state);
  });
});

describe('with the gateway as the victim, the client sees it, and nothing else can', () => {
  test.each(['kill', 'pause', 'reset', 'down', 'timeout', 'flaky'])('%s', async (name) => {
    const { run, bite } = await playFault('gateway-faults', name);
    expect(bite).toContain('calls over client->gateway');
    expect(run.code, run.output()).toBe(1);
  });
});
