import { describe, expect, test } from 'vitest';
import { readRecord, runGauntlet } from './gauntlet.ts';

describe('bad input', () => {
  test.each([
    [
      'an unknown experiment',
      ['chaos', 'nope'],
      "Unknown experiment 'nope'; known: steady-1000, circuit-breaker.",
    ],
    ['an unknown option', ['chaos', '--nope'], "Unknown option '--nope'"],
    ['an unknown command', ['nope'], "Unknown command 'nope'"],
    [
      'an unknown fault',
      ['chaos', 'circuit-breaker', '--fault', 'nope'],
      "has no fault 'nope'; it has: latency, none.",
    ],
    ['chaos on an experiment without faults', ['chaos', 'steady-1000'], 'has no faults'],
    [
      'a pattern that is not there',
      ['chaos', 'circuit-breaker', '--without', 'nope'],
      "Unknown pattern 'nope'",
    ],
    ['a rate that is no number', ['loadtest', '--rate', 'fast'], 'It must be a number from 1 to 8000.'],
    ['a rate that no generator sends', ['loadtest', '--rate', '1e9'], 'It must be a number from 1 to 8000.'],
    ['a seed that is no whole number', ['loadtest', '--seed', '1.5'], 'It must be a whole number.'],
    [
      'an unknown profile',
      ['loadtest', '--profile', 'huge'],
      'Allowed choices are quick, standard, full, soak.',
    ],
    [
      'a profile of another command',
      ['loadtest', '--profile', 'soak'],
      "Profile 'soak' can't be played by loadtest",
    ],
    ['a path without a file', ['chaos', './nope.ts'], 'There is no experiment file ./nope.ts.'],
  ])('%s is one sentence, exit 64, and nothing starts', async (_, args, words) => {
    const run = await runGauntlet(args);
    expect(run.code).toBe(64);
    expect(run.output()).toContain(words);
    expect(run.output()).not.toContain('    at ');
    expect(() => readRecord(run.out)).toThrow();
  });

  test('all problems of one experiment come at once, each with its place', async () => {
    const run = await runGauntlet(['chaos', './test/fixtures/experiments/many-mistakes.ts']);
    expect(run.code).toBe(64);
    for (const words of [
      "Unknown model version 'gpt-9'",
      "Unknown link 'gateway->broker' in faults.far",
      "Unknown fault 'earthquake'",
      'faults.slow.options.latencyMs',
      'faults.nowhere needs a link',
      "Unknown scenario 'rush-hour'",
      'clientTimeoutMs is 100, below load.deadlineMs 200',
      "unknown pattern 'perpetuum-mobile'",
    ]) {
      expect(run.output()).toContain(words);
    }
  });
});
