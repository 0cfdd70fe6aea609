import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faults } from '#chaos/index.ts';
import { MOST_PER_CORE } from '#contract/limits.ts';
import type { Plan } from '#contract/plan.ts';
import { type RunRecord, RunRecordSchema } from '#contract/record.ts';
import { problemsOf } from '#contract/validate.ts';
import { contradictions } from '#harness/cli/contradictions.ts';
import { readObjectives } from '#harness/cli/objectives.ts';
import { readRun } from '#harness/cli/saved-run.ts';
import { createRunFolder } from '#harness/effects/run-folder.ts';
import { plan } from '#harness/plan.ts';
import { planDifferences, resumedFacts } from '#harness/resume.ts';
import { scenarios } from '#scenarios/catalog.ts';
import { evaluate } from '#slo/evaluate.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD } from './effects.ts';
import { playPlan } from './play.ts';
import { resilient, temporaryFolder } from './saved.ts';
import { saveRun } from './simulated-run.ts';

const NOW = '2026-11-21T09:00:00.000Z';
const { byName: objectives } = await readObjectives();

const comparison = (more: Partial<Parameters<typeof plan>[0]> = {}) =>
  plan({
    command: 'compare',
    profile: 'standard',
    seed: 1,
    experiments: [shortBreaker],
    faults,
    scenarios,
    objectives,
    mostPerSecond: MOST_PER_CORE,
    capacities: {},
    pairs: 2,
    ...more,
  });
const planned = comparison();

const whole = await playPlan(planned, resilient);
const judged = (of: Plan, facts: typeof whole.facts) => evaluate(of, facts.record, facts.samples);
const ids = ({ experiments }: RunRecord) =>
  experiments.flatMap(({ trials }) => trials.map(({ id }) => id)).toSorted();

/** The run as its folder would have it, were the harness killed at a step that is written down; at each of them. */
async function killed(): Promise<(typeof whole.facts)[]> {
  const records: RunRecord[] = [];
  const { facts } = await playPlan(planned, resilient, {
    keep: async (record) => void records.push(structuredClone(record)),
  });
  return records.map((record) => ({ record, samples: facts.samples }));
}

async function resume(facts: typeof whole.facts) {
  return playPlan(planned, resilient, { soFar: resumedFacts(facts, NOW) });
}

describe('a run that is gone on with', () => {
  test.each([1_000, 12_000, 24_000, 40_000, 70_000])(
    'after Ctrl-C at %i ms ends as one that was played in one go',
    async (atMs) => {
      const broken = await playPlan(planned, resilient, { interrupt: { atMs, signal: 'SIGINT' } });
      const { facts } = await resume(broken.facts);
      expect(ids(facts.record)).toEqual(ids(whole.facts.record));
      expect(facts.record).toMatchObject({ ended: 'completed', resumed: [NOW] });
      expect(facts.record).not.toHaveProperty('signal');
      expect(contradictions(planned, facts.record)).toEqual([]);
      expect(problemsOf(RunRecordSchema, facts.record)).toEqual([]);
      const { objectives: own, claims, outcome } = judged(planned, facts).experiments[0]!;
      expect({ own, claims, outcome }).toEqual({
        own: judged(planned, whole.facts).experiments[0]!.objectives,
        claims: judged(planned, whole.facts).experiments[0]!.claims,
        outcome: 'pass',
      });
    },
  );

  test('after SIGKILL at every step that is written down plays what was not played to its end, and no other', async () => {
    const all = await killed();
    expect(all.length).toBeGreaterThan(20);
    for (const one of all) {
      const had = one.record.experiments[0]!.trials.filter(({ ended }) => ended === 'completed');
      const { facts, actions } = await resume(one);
      expect(actions.filter((name) => name === 'close')).toHaveLength(4 - had.length);
      expect(ids(facts.record)).toEqual(ids(whole.facts.record));
      expect(judged(planned, facts)).toMatchObject({ outcome: 'pass', ended: 'completed' });
    }
  });

  test('says each time that it was', async () => {
    const first = await playPlan(planned, resilient, { interrupt: { atMs: 30_000, signal: 'SIGTERM' } });
    const again = await playPlan(planned, resilient, {
      soFar: resumedFacts(first.facts, NOW),
      interrupt: { atMs: 30_000, signal: 'SIGINT' },
    });
    const later = '2026-11-21T10:00:00.000Z';
    const { record } = resumedFacts(again.facts, later);
    expect(record.resumed).toEqual([NOW, later]);
    expect(record.startedAt).toBe(first.facts.record.startedAt);
  });

  test('does not play a trial over that went wrong before in a name that is taken', async () => {
    // Its first play was disturbed, and the harness was killed in the second.
    let plays = 0;
    const late = (index: number) => {
      if (index === 0) plays += 1;
      return plays === 1 ? 50 : 0;
    };
    const disturbed = { answer: (index: number) => ({ ...GOOD, index, latenessMs: late(index) }) };
    const broken = await playPlan(planned, disturbed, { interrupt: { atMs: 35_000, signal: 'SIGINT' } });
    expect(broken.facts.record.experiments[0]).toMatchObject({
      disturbed: [{ id: '1-candidate' }],
      trials: [{ id: '1-candidate-again-1', ended: 'interrupted' }],
    });
    const { facts } = await resume(broken.facts);
    expect(contradictions(planned, facts.record)).toEqual([]);
    expect(ids(facts.record)).toContain('1-candidate-again-1');
  });

  test('lies in the same folder, sealed as before, without the files of what was broken off', async () => {
    const broken = await playPlan(planned, resilient, { interrupt: { atMs: 40_000, signal: 'SIGINT' } });
    const [played, cut] = broken.facts.record.experiments[0]!.trials;
    const { path } = await saveRun(await temporaryFolder(), { plan: planned, facts: broken.facts });
    await mkdir(join(path, 'trials/short-breaker/9-never-recorded'), { recursive: true });
    await writeFile(join(path, 'trials/short-breaker/9-never-recorded/k6.log'), '');
    const saved = await readRun(path);
    const begun = resumedFacts(saved, NOW);
    const folder = await createRunFolder(join(path, '..'), saved.record.runId, saved.seal);
    await folder.writeRecord(begun.record);
    await folder.dropUnrecorded(begun.record);
    expect(readdirSync(join(path, 'trials/short-breaker'))).toEqual([played!.id]);
    expect(cut!.ended).toBe('interrupted');
    const again = await readRun(path);
    expect(again.seal.samples).toEqual({ [played!.samplesFile]: saved.seal.samples[played!.samplesFile] });
    expect(again.record).toEqual(begun.record);
  });
});

describe('what would be played now', () => {
  test('is the same for the same command and code', () => {
    expect(planDifferences(planned, JSON.parse(JSON.stringify(comparison())))).toEqual([]);
  });

  test.each([
    ['seed was 1 and is 2', comparison({ seed: 2 })],
    ['profile was "standard" and is "full"', comparison({ profile: 'full' })],
    ['short-breaker: other load, tapes', comparison({ ratePerSecond: 20 })],
    [
      'short-breaker: other question',
      comparison({ experiments: [{ ...shortBreaker, question: 'Is it another one?' }] }),
    ],
  ])('is said to differ: %s', (words, now) => {
    expect(planDifferences(planned, now).join('\n')).toContain(words);
  });
});
