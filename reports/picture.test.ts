import { describe, expect, it } from 'vitest';
import { timelineSvg } from './picture.ts';
import { experiment, facts, play, run, tape, variant, verdictOf } from './test-fixture.ts';
import { situations } from './test-situations.ts';
import { viewExperiments } from './view.ts';

const picture = (situation: string) => timelineSvg(viewExperiments(situations[situation]!())[0]!);

describe('the timeline', () => {
  it('names the variants, the deadline, the fault and the opening of the breaker', () => {
    const svg = picture('a breaker that kept its objectives');
    for (const text of ['candidate', 'no-timeout', 'deadline', 'fault: latency', 'breaker opened', 'warm-up'])
      expect(svg).toContain(text);
  });

  it('lists only what happened in its legend', () => {
    expect(picture('a breaker that kept its objectives')).not.toContain('never sent');
    expect(picture('a steady load test')).toContain('never sent');
  });

  it('says how many of many trials it draws', () => {
    expect(picture('a load test of twelve trials')).toContain('5 of 12 trials drawn');
  });

  it('carries no number that depends on what was drawn before', () => {
    expect(picture('a breaker that kept its objectives')).not.toMatch(/zr\d|ecmeta/);
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'draws an experiment named %s and leaves every object as it was',
    (title) => {
      const view = viewExperiments(situations['a breaker that kept its objectives']!())[0]!;
      const before = Reflect.ownKeys(Object.prototype);
      const svg = timelineSvg({ ...view, plan: { ...view.plan, name: title, question: title } });
      expect(svg).toContain(title);
      expect(svg).not.toContain('NaN');
      expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
      expect(Object.keys(Object)).toEqual([]);
    },
  );

  it('stays below 300 kB for an hour of five variants where everything happens', () => {
    const long = tape(3_600, [{ phase: 'steady', fromMs: 0, toMs: 3_600_000 }]);
    const names = ['candidate', 'one', 'two', 'three', 'four'];
    const plan = experiment('long', {
      tapes: [long],
      variants: Object.fromEntries(names.map((name) => [name, variant({})])),
    });
    const samples = play(long, (ms) => {
      const kind = (ms * 7919) % 11;
      if (kind === 0) return null;
      if (kind === 1) return { status: 503 };
      if (kind === 2) return { serviceMs: 300 + (ms % 500) };
      return kind === 3 ? { servedBy: 'fallback' } : { serviceMs: 1 + (ms % 90) };
    });
    const input = run('chaos', {
      plan,
      trials: names.map((name) => facts('long', name, name)),
      samples: Object.fromEntries(names.map((name) => [name, samples])),
      verdict: verdictOf('long', 'pass', {}),
    });
    expect(timelineSvg(viewExperiments(input)[0]!)!.length).toBeLessThan(300_000);
  });
});
