import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { viewTrial } from '#contract/trial-view.ts';
import { readRun } from '#harness/cli/saved-run.ts';
import { goodputIn } from '#slo/goodput.ts';
import { resilient, saveSimulation } from '../sim/saved.ts';

// The examples of docs/evidence.md, run by a Python that has what docs/examples/requirements.txt names.

const python = process.env['GAUNTLET_PYTHON'];
if (python === undefined) {
  console.warn(
    'skipped: GAUNTLET_PYTHON names no Python with the packages of docs/examples/requirements.txt',
  );
}
const run = promisify(execFile);

async function printedBy(example: string, argument: string): Promise<Record<string, string>[]> {
  const script = fileURLToPath(new URL(`../../docs/examples/${example}`, import.meta.url));
  const { stdout } = await run(python!, [script, argument]);
  const [head, ...rows] = stdout
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(row.map((field, i) => [head![i]!, field])));
}

// In CI they run whatever is missing, and fail.
describe.skipIf(python === undefined && !process.env['CI'])('the examples of the page', () => {
  test('DuckDB finds the goodput in every phase that the judge finds', async () => {
    const { path } = await saveSimulation(resilient);
    const { plan, record, samples } = await readRun(path);
    const [experiment] = plan.experiments;
    const expected = record.experiments[0]!.trials.flatMap((facts) => {
      const view = viewTrial(experiment!, facts, samples.get(`${experiment!.name}/${facts.id}`));
      return Object.entries(view.spans).map(([phase, span]) => {
        const goodput = goodputIn(view, span, experiment!.load.deadlineMs)!;
        return { trial: facts.id, phase, goodput: goodput.toFixed(6) };
      });
    });
    const found = await printedBy('goodput-duckdb.py', path);
    const text = (row: { trial?: string; phase?: string; goodput?: string }) =>
      `${row.trial} ${row.phase} ${Number(row.goodput).toFixed(6)}`;
    expect(expected.length).toBeGreaterThan(3);
    expect(found.map(text).toSorted()).toEqual(expected.map(text).toSorted());
  });

  test('pandas reads every row of a trial, and its quantiles are those of the samples', async () => {
    const { path } = await saveSimulation(resilient);
    const { samples } = await readRun(path);
    const file = join(path, 'trials/short-breaker/1-candidate/samples.parquet');
    const found = await printedBy('quantiles-pandas.py', file);
    const counted = found.reduce((sum, { count }) => sum + Number(count), 0);
    expect(counted).toBe(samples.get('short-breaker/1-candidate')!.count);
    const fallback = found.find(({ phase, served_by }) => phase === 'fault' && served_by === 'fallback');
    expect(Number(fallback!['50%'])).toBeCloseTo(3.375, 3);
  });
});
