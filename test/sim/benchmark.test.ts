import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Benchmark } from '#contract/benchmark.ts';
import { SavedBenchmarkSchema } from '#contract/benchmark.ts';
import type { Experiment } from '#contract/experiment.ts';
import { problemsOf } from '#contract/validate.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { benchmarksText, readBenchmarks, sealBenchmark, writeBenchmark } from '#harness/cli/benchmarks.ts';
import { runCommand } from '#harness/cli/main.ts';
import type { PlanRequest } from '#harness/plan/request.ts';
import { withMeasured } from '#reports/benchmarks/room.ts';
import { benchmarkOf, claimsAgain, keptOf } from '#slo/benchmark.ts';
import { evaluate } from '#slo/evaluate.ts';
import { differing, shortComparison, silentClaim } from './comparison.ts';
import { saveSimulation, temporaryFolder } from './saved.ts';
import { type Simulated, simulateRun } from './simulated-run.ts';

const ID = '2026-11-21T08-00-00-compare';

const comparison = (request: Partial<PlanRequest> = {}, experiment: Experiment = shortComparison) => ({
  id: ID,
  experiment,
  request: { command: 'compare', profile: 'full', ...request } satisfies Partial<PlanRequest>,
});

async function kept(simulated: Simulated) {
  const { plan, facts } = await simulateRun(differing, simulated);
  const verdict = evaluate(plan, facts.record, facts.samples);
  const kept = keptOf(plan, facts.record, facts.samples);
  return { verdict, benchmark: benchmarkOf('short-comparison', plan, facts.record, kept, verdict) };
}

/** Runs `keep` as typed; what it failed with, or null. */
async function keep(run: string, records: string): Promise<string | null> {
  const { failure } = await runCommand(['keep', run, '--records', records]);
  return failure?.message ?? null;
}

const full = await kept(comparison());

describe('a benchmark', () => {
  test.each<[string, Partial<PlanRequest>]>([
    ['every fault', {}],
    ['the headline', { profile: 'standard' }],
    ['one pair', { profile: 'quick' }],
    ['a look of several', { profile: 'standard', look: { number: 1, of: 4 } }],
  ])('of %s has its claims judged from what is kept as from the run, byte for byte', async (_, request) => {
    const experiment = { ...shortComparison, claims: [...shortComparison.claims, silentClaim] };
    const { verdict, benchmark } = await kept(comparison(request, experiment));
    const again = claimsAgain(JSON.parse(JSON.stringify(benchmark)) as Benchmark);
    expect(Object.keys(again)).toEqual(verdict.experiments.map(({ name }) => name));
    expect(benchmark.keys.some(({ rounds }) => rounds.some(({ keys }) => keys > 0))).toBe(true);
    for (const { name, claims } of verdict.experiments)
      expect(JSON.stringify(again[name])).toBe(JSON.stringify(claims));
  });

  test("stands in its pattern's room between the marks, and nothing else there changes", () => {
    const readme = '# Room\n\n<!-- measured -->\nNot measured yet.\n<!-- /measured -->\n\nHow.\n';
    const text = withMeasured(readme, [full.benchmark]);
    expect(text).toMatch(/^# Room\n\n<!-- measured -->\n\| Experiment/);
    expect(text).toContain('Measured 1970-01-01 on sim');
    expect(text).toMatch(/<!-- \/measured -->\n\nHow\.\n$/);
    expect(withMeasured(text, [])).toBe(readme);
  });

  test('has the shape of one, and claims that came out in every way', () => {
    expect(problemsOf(SavedBenchmarkSchema, sealBenchmark(full.benchmark))).toEqual([]);
    const outcomes = full.verdict.experiments.flatMap(({ claims }) => claims.map(({ outcome }) => outcome));
    expect(new Set(outcomes)).toEqual(new Set(['pass', 'fail', 'inconclusive', 'invalid']));
  });

  test('has no requests and no samples, and what it was measured on and with', () => {
    for (const { tapes } of full.benchmark.plan.experiments)
      for (const tape of tapes) expect(tape).toMatchObject({ atMs: [], key: [], phases: { length: 4 } });
    expect(full.benchmark.trials[0]!.requests).toBeGreaterThan(1_000);
    expect(full.benchmark.record).toMatchObject({ runId: ID, machine: { cpuModel: 'sim' } });
    expect(full.benchmark.record).not.toHaveProperty('experiments');
  });

  test('of four variants under nine faults is small enough to be committed', async () => {
    const none = { fault: 'none', options: {} };
    const large: Experiment = {
      ...shortComparison,
      baselines: { ...shortComparison.baselines, third: circuitBreaker.candidate },
      load: { ...shortComparison.load, rate: { perSecond: 10 } },
      faults: { ...circuitBreaker.faults, 'flaky-50': none, 'brown-out': none },
      claims: [
        ...shortComparison.claims,
        { ...shortComparison.claims[0]!, name: 'beats-the-third', against: 'third' },
      ],
    };
    const { benchmark } = await kept(comparison({}, large));
    expect(benchmark.trials).toHaveLength(4 * (6 + 8 * 2));
    const file = await writeBenchmark(await temporaryFolder(), benchmark);
    expect(readFileSync(file).length).toBeLessThan(1_000_000);
  }, 30_000);
});

describe('keep', () => {
  test('writes the record and the page that is made of it', async () => {
    const { path } = await saveSimulation(differing, comparison());
    const records = join(await temporaryFolder(), 'records');
    expect(await keep(path, records)).toBeNull();
    expect(await readBenchmarks(records)).toEqual({ 'short-comparison': full.benchmark });
    const page = readFileSync(join(records, '../BENCHMARKS.md'), 'utf8');
    expect(page).toBe(await benchmarksText(records));
    expect(page).toContain(`Run ${ID}`);
    expect(page).toMatch(/^\| slower \| 2 \| 9\d\.\d %, 0 s \| 1\.\d+ %, 0 s \|/m);
  });

  test('replaces what was kept of the experiment before', async () => {
    const parent = await temporaryFolder();
    const records = join(parent, 'records');
    const older = await saveSimulation(differing, { ...comparison(), parent });
    const newer = await saveSimulation(differing, {
      ...comparison({ profile: 'standard' }),
      id: '2026-11-22T08-00-00-compare',
      parent,
    });
    expect(await keep(older.path, records)).toBeNull();
    expect(await keep(newer.path, records)).toBeNull();
    const page = readFileSync(join(parent, 'BENCHMARKS.md'), 'utf8');
    expect(page).toContain('Run 2026-11-22T08-00-00-compare');
    expect(page).not.toContain(ID);
  });

  test.each<[string, Simulated, RegExp]>([
    ['a run of another command', { id: '2026-11-21T08-00-00-chaos' }, /did not compare a pattern/],
    ['one pair', comparison({ profile: 'quick' }), /has one pair/],
    [
      'a run that was broken off',
      { ...comparison(), interrupt: { atMs: 30_000, signal: 'SIGINT' } },
      /--resume 2026-11-21T08-00-00-compare goes on/,
    ],
    [
      'a run that is invalid',
      comparison({ profile: 'standard', fault: 'timeout' }),
      /'short-comparison' is invalid/,
    ],
  ])('refuses %s', async (_, simulated, words) => {
    const { path } = await saveSimulation(differing, simulated);
    expect(await keep(path, join(await temporaryFolder(), 'records'))).toMatch(words);
  });
});

describe('a kept record', () => {
  async function reading(change: (benchmark: Benchmark) => unknown, isSealed = true): Promise<string> {
    const folder = await temporaryFolder();
    const changed = structuredClone(full.benchmark);
    change(changed);
    const saved = isSealed
      ? sealBenchmark(changed)
      : { ...changed, seal: sealBenchmark(full.benchmark).seal };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'short-comparison.json'), JSON.stringify(saved));
    return readBenchmarks(folder).then(
      () => 'read',
      (error: Error) => error.message,
    );
  }

  test('is read as it was written', async () => {
    expect(await reading(() => {})).toBe('read');
  });

  test.each<[string, (benchmark: Benchmark) => unknown, boolean, RegExp]>([
    ['was made better', (b) => (b.trials[0]!.values['goodput-in-fault'] = 1), false, /was changed after/],
    [
      'was made better and sealed anew',
      (b) => (b.trials[0]!.values['goodput-in-fault'] = 0.5),
      true,
      /The claims of short-comparison in .* are judged otherwise now/,
    ],
    ['lacks its trials', (b) => Reflect.deleteProperty(b, 'trials'), true, /has not the shape/],
    ['lacks the verdict on a cell', (b) => b.verdict.experiments.pop(), true, /has a plan of/],
  ])('that %s is refused in words', async (_, change, isSealed, words) => {
    expect(await reading(change, isSealed)).toMatch(words);
  });
});

describe('the page', () => {
  test('names each experiment that was not measured, with what would measure it', async () => {
    const page = await benchmarksText(await temporaryFolder());
    expect(page).toContain('| circuit-breaker | not measured yet |  |');
    expect(page).toContain(
      '`npm run compare -- circuit-breaker --profile full`, then `npm run keep -- latest`',
    );
    expect(page).not.toContain('steady-1000');
  });

  test('has a section for each record: capacity and machine, question, claims, faults, cost, verdict, advice', async () => {
    const folder = await temporaryFolder();
    await writeBenchmark(folder, full.benchmark);
    const page = await benchmarksText(folder);
    const places = [
      '## short-comparison: ',
      '| Experiment | Capacity C',
      'Machine: sim',
      '**Question:** Does a circuit breaker',
      '### Scoreboard',
      '| win | keeps-goodput |',
      '| none | 2 |',
      '### Cost',
      '- costs-little-time: ',
      '### Verdict',
      '**Advice:** ',
      '### How it was measured',
      'Profile full: rounds: 6 under',
      '[records/short-comparison.json](records/short-comparison.json)',
    ].map((part) => page.indexOf(part, page.indexOf('## short-comparison')));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });
});
