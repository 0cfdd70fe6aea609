import { describe, expect, it } from 'vitest';
import { samplesFrom } from '#contract/samples.ts';
import { FATES, fateOf } from './fate.ts';
import { goodput, tallies, tallyIn } from './series.ts';
import { play, tape } from './test-fixture.ts';
import { situations } from './test-situations.ts';
import { viewExperiments } from './view.ts';

const candidate = () => viewExperiments(situations['a breaker that kept its objectives']!())[0]!.trials[0]!;

describe('what became of a planned request', () => {
  const [usual] = play(tape(1, []), () => ({ right: true }));
  it.each([
    ['primary', {}],
    ['stand-in', { servedBy: 'fallback' }],
    ['primary', { servedBy: 'cache' }],
    ['wrong', { right: false }],
    ['wrong', { faithful: false }],
    ['late', { serviceMs: 201 }],
    ['late', { latenessMs: 199, serviceMs: 2, right: false }],
    ['refused', { status: 429 }],
    ['failed', { status: 503 }],
    ['failed', { status: 0, serviceMs: 1_000 }],
  ] as const)('is %s for %o', (fate, change) => {
    expect(fateOf(samplesFrom(1, [{ ...usual!, ...change }]), 0, 200)).toBe(fate);
  });

  it('is unsent where no sample came', () => {
    expect(fateOf(samplesFrom(1, []), 0, 200)).toBe('unsent');
  });
});

describe('the tallies of a trial', () => {
  it('count every planned request once', () => {
    const trial = candidate();
    const all = tallies(trial, 200, 1_000);
    const counted = all.flatMap(({ fates }) => FATES.map((fate) => fates[fate])).reduce((a, b) => a + b, 0);
    expect(all).toHaveLength(14);
    expect(counted).toBe(trial.tape.atMs.length);
  });

  it('follow the recorded edges of the fault', () => {
    const trial = candidate();
    const inFault = tallyIn(trial, 200, trial.spans.fault!);
    expect(inFault).toMatchObject({ fromMs: 6_000, toMs: 10_000, planned: 80 });
    expect(inFault.fates['stand-in'] + inFault.fates.wrong).toBe(80);
  });

  it('have no goodput where nothing was planned', () => {
    expect(goodput(tallyIn(candidate(), 200, { fromMs: 50_000, toMs: 60_000 }))).toBeNull();
  });
});
