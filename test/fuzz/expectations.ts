import { expect } from 'vitest';
import type { GauntletError } from '#contract/errors.ts';
import { EXIT } from '#contract/exit-codes.ts';
import { CANDIDATE } from '#contract/names.ts';
import { problemsOf } from '#contract/validate.ts';
import { type Verdict, VerdictSchema } from '#contract/verdict.ts';
import { diffText } from '#harness/cli/diff.ts';
import { renderAll } from '#harness/cli/render.ts';
import type { SavedRun } from '#harness/cli/saved-run.ts';
import { reseal } from '../sim/reseal.ts';
import { expectWords } from './fuzz.ts';
import { factsOf, type Original, type Outcome } from './saved-runs.ts';

export function resealIfPossible(path: string): void {
  try {
    reseal(path);
  } catch {
    // What can't even be sealed is no forgery, but damage.
  }
}

/**
 * Damage is an error; what is no error must be the very run that it was. Samples that aren't sealed may be read as they
 * are, and their run doesn't pass.
 */
export function expectDamageIsSeen(original: Original, outcome: Outcome): void {
  if ('error' in outcome) {
    expectDamaged(outcome.error);
    return;
  }
  const { planAndRecord, samples } = factsOf(outcome.read);
  expect(planAndRecord).toBe(original.facts.planAndRecord);
  if (original.areSamplesSealed || samples === original.facts.samples) {
    expect(samples).toBe(original.facts.samples);
    expect(outcome.verdict).toEqual(original.verdict);
  } else expect(outcome.verdict).toMatchObject({ outcome: 'invalid', exitCode: EXIT.interrupted });
}

function expectDamaged(error: unknown): void {
  expectWords(error, EXIT.usage);
  expect((error as GauntletError).code).toBe('damaged-run');
}

export async function expectWordsOrSound(outcome: Outcome): Promise<void> {
  if ('error' in outcome) {
    expectDamaged(outcome.error);
    return;
  }
  const { read, verdict } = outcome;
  expect(problemsOf(VerdictSchema, JSON.parse(JSON.stringify(verdict)))).toEqual([]);
  expect(Object.values<number>(EXIT)).toContain(verdict.exitCode);
  if (verdict.exitCode === EXIT.pass) expect(verdict.outcome).toBe('pass');
  if (verdict.outcome === 'pass') expectWholeEvidence(read);
  await expectRendered(read, verdict);
}

/** A pass needs every planned trial of the candidate, played to its end, with one answer for each request. */
function expectWholeEvidence({ plan, record, samples }: SavedRun): void {
  for (const { name, tapes, trials } of plan.experiments) {
    const played = record.experiments.find((one) => one.name === name)?.trials ?? [];
    for (const { round } of trials.filter(({ variant }) => variant === CANDIDATE)) {
      const own = played.filter((trial) => trial.variant === CANDIDATE && trial.round === round);
      expect(own.map(({ ended }) => ended)).toEqual(['completed']);
      expect(samples.get(`${name}/${own[0]!.id}`)!.count).toBe(tapes[round - 1]!.atMs.length);
    }
  }
}

async function expectRendered(read: SavedRun, verdict: Verdict): Promise<void> {
  const lines: string[] = [];
  const console = { line: (text: string) => void lines.push(text), status: () => {}, terminal: false };
  const failed = await renderAll({ ...read, verdict, runFolder: read.path }, async () => {}, console);
  expect(failed, lines.join('\n').slice(-2_000)).toEqual([]);
  const judged = { ...read, verdict };
  expect(diffText(judged, judged).length).toBeGreaterThan(0);
}
