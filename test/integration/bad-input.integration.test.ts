import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { experiments } from '#experiments/index.ts';
import { readRecord, runGauntlet } from './gauntlet.ts';

describe('bad input', () => {
  test.each([
    [
      'an unknown experiment',
      ['chaos', 'nope'],
      `Unknown experiment 'nope'; known: ${Object.keys(experiments).join(', ')}.`,
    ],
    ['an unknown option', ['chaos', '--nope'], "Unknown option '--nope'"],
    ['an unknown command', ['nope'], "Unknown command 'nope'"],
    [
      'an unknown fault',
      ['chaos', 'circuit-breaker', '--fault', 'nope'],
      `has no fault 'nope'; it has: ${Object.keys(circuitBreaker.faults).join(', ')}.`,
    ],
    ['chaos on an experiment without faults', ['chaos', 'steady-1000'], 'has no faults'],
    [
      'a pattern that is not there',
      ['chaos', 'circuit-breaker', '--without', 'nope'],
      "Unknown pattern 'nope'",
    ],
    ['a rate that is no number', ['loadtest', '--rate', 'fast'], 'It must be a number from 1 to 100000.'],
    [
      'a rate that no generator sends',
      ['loadtest', '--rate', '1e9'],
      'It must be a number from 1 to 100000.',
    ],
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

  test('an argument that is missing is said with a line that would be right', async () => {
    const run = await runGauntlet(['diff'], { out: false });
    expect(run.code).toBe(64);
    expect(run.output()).toContain("Missing required argument 'before'. Right would be: npm run diff -- ");
  });

  test('no way to get a tool is said with every way tried, exit 64, and leaves no run folder', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'gauntlet-empty-'));
    onTestFinished(() => rmSync(empty, { recursive: true }));
    const env = { PATH: empty, GAUNTLET_CACHE: empty, GAUNTLET_MIRROR: 'off' };
    const run = await runGauntlet(['chaos', 'circuit-breaker'], { env });
    expect(run.code, run.output()).toBe(64);
    for (const words of ['k6', 'PATH', 'cache', 'release archive', 'go build', 'https://go.dev/dl'])
      expect(run.output()).toContain(words);
    expect(readdirSync(run.out)).toEqual([]);
  });

  test('a mirror that is no address is one sentence, exit 64, and leaves no run folder', async () => {
    const env = { GAUNTLET_MIRROR: 'mirror.example' };
    const run = await runGauntlet(['chaos', 'circuit-breaker'], { env });
    expect(run.code, run.output()).toBe(64);
    expect(run.output()).toContain(
      "GAUNTLET_MIRROR is 'mirror.example'; it must be an http or https address",
    );
    expect(run.output()).not.toContain('    at ');
    expect(readdirSync(run.out)).toEqual([]);
  });

  test('all problems of one experiment come at once, each with its place', async () => {
    const run = await runGauntlet(['chaos', './test/fixtures/experiments/many-mistakes.ts']);
    expect(run.code).toBe(64);
    for (const words of [
      "Unknown model version 'gpt-9' in candidate.models.primary",
      "Unknown fallback version 'mlp-1' in candidate.models.fallback; known: lin-1.",
      "Unknown link 'gateway->printer' in faults.far",
      "Unknown fault 'earthquake'",
      'faults.slow.options.latencyMs',
      'faults.nowhere needs a link',
      "Unknown scenario 'rush-hour'",
      'clientTimeoutMs is 100, below load.deadlineMs 200',
      "unknown pattern 'perpetuum-mobile'",
      "Unknown objective 'wealthy' in slo/objectives/serving.yaml",
    ]) {
      expect(run.output()).toContain(words);
    }
  });
});
