import { describe, expect, test } from 'vitest';
import type { Claim } from '#contract/experiment.ts';
import type { Sample } from '#contract/sample.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { accuracyIn } from './accuracy.ts';
import { observeClaim } from './claims.ts';
import { trialView } from './fixture.ts';
import { judgeClaims } from './judge-claims.ts';
import { addKeys, pairKeys } from './paired-keys.ts';
import { roundsOf } from './rounds.ts';

const IN_FAULT = 1_000;
const costsNoAccuracy: Claim = {
  name: 'costs-no-accuracy',
  kind: 'cost',
  against: 'bare',
  metric: 'accuracy-in-fault',
  compare: 'paired-keys',
  bound: { atLeast: -0.005 },
};
const all = () => true;
const wrong: Partial<Sample> = { right: false };
const lost: Partial<Sample> = { status: 0, right: false };
type Answer = (position: number, key: number) => Partial<Sample>;

/** A trial whose tape asks for each key of its round once, or of a few over and over. */
function trial(
  round: number,
  variant: string,
  answer: Answer,
  distinct = Number.POSITIVE_INFINITY,
): TrialView {
  const made = trialView({
    variant,
    outcome: (atMs) => answer(atMs / 10, keyAt(round, atMs / 10, distinct)),
  });
  const key = made.tape.key.map((_, position) => keyAt(round, position, distinct));
  const facts = { ...made.facts, id: `${round}-${variant}`, round };
  return { ...made, tape: { ...made.tape, key }, facts };
}

const keyAt = (round: number, position: number, distinct: number) => (round * 3_000 + position) % distinct;

function rounds(count: number, candidate: Answer, baseline: Answer, distinct?: number): TrialView[] {
  return Array.from({ length: count }, (_, i) => [
    trial(i + 1, 'candidate', candidate, distinct),
    trial(i + 1, 'bare', baseline, distinct),
  ]).flat();
}

const every =
  (n: number, answer: Partial<Sample>): Answer =>
  (position) =>
    position % n === 0 ? answer : {};
const right: Answer = () => ({});
const countsOf = (views: TrialView[], valid: (view: TrialView) => boolean = all) =>
  addKeys(pairKeys(roundsOf(costsNoAccuracy, views, valid), 'fault'));
const judge = (views: TrialView[], claim = costsNoAccuracy, valid: (view: TrialView) => boolean = all) =>
  judgeClaims([claim], views, valid)[0]!;

describe('keys that both answered', () => {
  test('are those of the phase that came back 200 on both sides of a round', () => {
    const views = rounds(2, every(10, lost), every(4, wrong));
    // Of 20 positions 18 were answered by both: all but 0 and 10, of which 0 was wrong in the baseline too.
    expect(countsOf(views)).toEqual({ keys: 1_800, bothRight: 1_400, onlyOne: 400, onlyOther: 0 });
    expect(countsOf(views, ({ facts }) => facts.id !== '2-bare').keys).toBe(900);
  });

  test('count once, by the first entry that both answered', () => {
    const later: Answer = (position) => (position < 1_300 ? lost : position < 1_600 ? {} : wrong);
    const views = rounds(3, later, right, 300);
    expect(countsOf(views)).toEqual({ keys: 300, bothRight: 300, onlyOne: 0, onlyOther: 0 });
  });

  test('lie in the window of both, be it not at quite the same instants', () => {
    const [candidate, bare] = rounds(1, right, right) as [TrialView, TrialView];
    const late = { ...bare, spans: { ...bare.spans, fault: { fromMs: 10_050, toMs: 20_050 } } };
    expect(countsOf([candidate, late]).keys).toBe(IN_FAULT - 5);
    expect(countsOf([candidate, { ...bare, spans: {} }]).keys).toBe(0);
  });
});

test('accuracy is the share of right classes among the answers 200', () => {
  const view = trial(1, 'candidate', (position) =>
    position % 10 === 0 ? lost : position % 2 === 0 ? wrong : {},
  );
  expect(accuracyIn(view, 'fault')).toBe(5 / 9);
  expect(
    accuracyIn(
      trial(1, 'candidate', () => lost),
      'fault',
    ),
  ).toBeNull();
  expect(accuracyIn(view, 'warm-up')).toBeNull();
});

describe('a claim over paired keys', () => {
  test('is judged over all rounds, and says which keys it rests on', () => {
    const views = rounds(6, every(500, wrong), every(250, wrong));
    const result = judge(views);
    // Every 500th is wrong in both.
    expect(result).toMatchObject({
      outcome: 'pass',
      keys: { compared: 6_000, onlyCandidate: 12, onlyBaseline: 0 },
      pairs: 6,
      agreeing: 6,
      candidate: 5_988 / 6_000,
      baseline: 5_976 / 6_000,
    });
    expect(result.effect).toBeCloseTo(0.002, 12);
    expect(result.interval![0]).toBeGreaterThan(0);
  });

  test('is lost where the candidate is surely worse, and open where it is not sure', () => {
    expect(judge(rounds(6, every(20, wrong), right)).outcome).toBe('fail');
    const open = judge(rounds(2, every(200, wrong), right));
    expect(open).toMatchObject({ outcome: 'inconclusive', within: true });
    expect(open.advice).toBe('The effect lies too near its bound for any number of keys to settle it.');
    const more = judge(rounds(2, every(500, wrong), every(333, wrong)));
    expect(more).toMatchObject({ outcome: 'inconclusive', within: true });
    expect(more.advice).toMatch(/^At this effect about [\d,]+ keys would settle it; 2,000 were compared\.$/);
  });

  test('of a few keys passes no cost, however alike the two are', () => {
    expect(judge(rounds(6, right, right, 200))).toMatchObject({ outcome: 'inconclusive', effect: 0 });
  });

  test('goes through Holm with the others', () => {
    const views = rounds(2, every(97, wrong), every(50, wrong));
    const win: Claim = { ...costsNoAccuracy, name: 'wins', kind: 'win', bound: { atLeast: 0 } };
    const alone = judge(views, win);
    expect(alone.outcome).toBe('pass');
    const hopeless = { ...win, name: 'other', bound: { atLeast: 0.01 } };
    const many = Array.from({ length: 30 }, (_, i) => ({ ...hopeless, name: `other-${i}` }));
    const [among] = judgeClaims([win, ...many], views, all);
    expect(among!.outcome).toBe('inconclusive');
    expect(among!.advice).toMatch(
      /^Clear by itself, but not among 31 claims judged together\. At this effect/,
    );
  });

  test('is invalid where no key was answered by both, and with a single valid round', () => {
    const nothing = judge(rounds(3, right, () => lost));
    expect(nothing).toMatchObject({ outcome: 'invalid', effect: null, interval: null, pairs: null });
    expect(nothing.advice).toBe('No key was answered 200 by both, so there is nothing to compare.');
    const single = judge(rounds(2, right, right), costsNoAccuracy, ({ facts }) => facts.round === 1);
    expect(single).toMatchObject({ outcome: 'invalid', advice: '1 valid pair: at least 2 are needed.' });
  });

  test('is observed in one play of each, and missed where there is no key', () => {
    const seen = observeClaim(costsNoAccuracy, rounds(1, every(100, wrong), right), all);
    expect(seen).toMatchObject({
      outcome: 'observed',
      effect: -0.01,
      within: false,
      pairs: null,
      keys: { compared: IN_FAULT, onlyCandidate: 0, onlyBaseline: 10 },
    });
    const nothing = observeClaim(
      costsNoAccuracy,
      rounds(1, right, () => lost),
      all,
    );
    expect(nothing).toMatchObject({ outcome: 'invalid', effect: null });
    expect(nothing.advice).toContain('No key was answered 200 by both');
    expect(observeClaim(costsNoAccuracy, [], all).advice).toBe('A valid trial of each side is needed.');
  });
});
