import { describe, expect, test } from 'vitest';
import type { Claim } from '#contract/experiment.ts';
import type { Plan, PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { evaluate } from './evaluate.ts';
import { trialView } from './fixture.ts';

const ROUNDS = 3;
const keepsGoodput: Claim = {
  name: 'keeps-goodput',
  kind: 'win',
  against: 'bare',
  metric: 'goodput-in-fault',
  compare: 'difference',
  bound: { atLeast: 0.5 },
};

/** Candidate and `bare`, which lose a share of the answers of the fault window; nothing is injected. */
function run(
  command: string,
  claim: Claim,
  candidateLoses: number,
  bareLoses: number,
  rounds = ROUNDS,
  keep: (trialId: string) => boolean = () => true,
) {
  const play = (variant: string, loses: number) =>
    trialView({
      variant,
      outcome: (atMs) =>
        atMs >= 10_000 && atMs < 20_000 && (atMs / 10) % 100 < loses * 100 ? { right: false } : {},
    });
  const views = [play('candidate', candidateLoses), play('bare', bareLoses)];
  const all = Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) =>
    views.map((view) => ({ ...view, facts: { ...view.facts, round, id: `${round}-${view.facts.variant}` } })),
  );
  const [control] = views[0]!.experiment.faults;
  const experiment: PlannedExperiment = {
    ...views[0]!.experiment,
    variants: { candidate: VARIANT, bare: VARIANT },
    tapes: all.map(({ tape }) => tape),
    faults: [{ ...control!, bite: { link: null, anyOf: [] } }],
    trials: all.map(({ facts }) => ({ id: facts.id, variant: facts.variant, round: facts.round })),
    objectives: [{ name: 'available', indicator: 'availability', phase: 'steady', target: 0.99 }],
    claims: [claim],
  };
  const plan: Plan = {
    schemaVersion: 1,
    command,
    profile: 'standard',
    seed: 1,
    look: null,
    pool: { name: 'plain', seed: 1, size: 1 },
    experiments: [experiment],
  };
  const kept = all.filter(({ facts }) => keep(facts.id));
  const samples = new Map(kept.map((view) => [`fixture/${view.facts.id}`, view.samples]));
  return evaluate(plan, recordOf(command, all), samples);
}

const VARIANT = {
  services: { gateway: { upstreamConnections: 256 }, 'model-server': { threads: 1 } },
  models: { primary: 'mlp-1', fallback: 'lin-1' },
  patterns: {},
};

function recordOf(command: string, views: readonly TrialView[]): RunRecord {
  return {
    schemaVersion: 1,
    runId: 'fixture',
    command,
    seed: 1,
    startedAt: '',
    endedAt: '',
    ended: 'completed',
    machine: {
      platform: 'sim',
      arch: 'sim',
      cpuModel: 'sim',
      cores: 1,
      memoryBytes: 1,
      node: 'sim',
      generatorNiceness: 0,
      pinnedCores: null,
    },
    tools: {},
    experiments: [{ name: 'fixture', trials: views.map(({ facts }) => facts), disturbed: [] }],
  };
}

describe('the claims of a run', () => {
  test('count where pairs of a compare judge them', () => {
    expect(run('compare', keepsGoodput, 0, 0.9)).toMatchObject({ outcome: 'pass', exitCode: 0 });
    const lost = run('compare', keepsGoodput, 0, 0.2);
    expect(lost.experiments[0]!.objectives.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
    expect(lost.experiments[0]!.claims[0]).toMatchObject({ outcome: 'fail', pairs: ROUNDS });
    expect(lost).toMatchObject({ outcome: 'fail', exitCode: 1 });
  });

  test('do not count where it was an expected loss that did not come', () => {
    const loss: Claim = { ...keepsGoodput, kind: 'loss', bound: { atMost: -0.5 } };
    const kept = run('compare', loss, 0, 0.9);
    expect(kept.experiments[0]!.claims[0]!.outcome).toBe('fail');
    expect(kept).toMatchObject({ outcome: 'pass', exitCode: 0 });
  });

  test.each([
    ['chaos', ROUNDS],
    ['compare', 1],
  ])('are only observed by %s of %d rounds', (command, rounds) => {
    const verdict = run(command, keepsGoodput, 0, 0.2, rounds);
    expect(verdict.experiments[0]!.claims[0]).toMatchObject({ outcome: 'observed', interval: null });
    expect(verdict.outcome).toBe('pass');
  });
});

test('a variant without a valid trial has results that say nothing, not even what they would not exclude', () => {
  const verdict = run('chaos', keepsGoodput, 0, 0, 1, (id) => id !== '1-candidate');
  const [own, bare] = verdict.experiments[0]!.objectives;
  expect(own).toMatchObject({ outcome: 'invalid', scope: '' });
  expect(bare!.outcome).toBe('pass');
  expect(bare!.scope).not.toBe('');
  expect(verdict.outcome).toBe('invalid');
});
