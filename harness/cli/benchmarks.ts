import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Benchmark, type SavedBenchmark, SavedBenchmarkSchema } from '#contract/benchmark.ts';
import { GauntletError } from '#contract/errors.ts';
import { problemsOf } from '#contract/validate.ts';
import { digestOf } from '#harness/effects/seal.ts';
import { claimsAgain } from '#slo/benchmark.ts';
import { root } from './home.ts';
import { maps } from './maps.ts';

/** Where records of comparisons are kept when nothing else is said; they are committed. */
export const recordsFolder = join(root, 'reports/records');

const MOST_BYTES = 2_000_000;

export function sealBenchmark(benchmark: Benchmark): SavedBenchmark {
  return { ...benchmark, seal: digestOf(JSON.stringify(benchmark)) };
}

/** Keeps it in place of the experiment's former one; resolves to the file. */
export async function writeBenchmark(folder: string, benchmark: Benchmark): Promise<string> {
  const file = join(folder, `${benchmark.experiment}.json`);
  const text = `${JSON.stringify(sealBenchmark(benchmark))}\n`;
  if (text.length > MOST_BYTES)
    throw new GauntletError(
      'not-kept',
      `The record of '${benchmark.experiment}' would have ${text.length} bytes; at most ${MOST_BYTES} are committed.`,
    );
  await writeWhole(folder, file, text);
  return file;
}

/** All that are kept, by experiment. One that can't be trusted is an error, lest the page says what nobody measured. */
export async function readBenchmarks(folder: string): Promise<Record<string, Benchmark>> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const found: Record<string, Benchmark> = {};
  for (const name of names.toSorted()) {
    const benchmark = await readBenchmark(join(folder, name));
    found[benchmark.experiment] = benchmark;
  }
  return found;
}

/** Null where there is none. */
export async function formerBenchmark(folder: string, experiment: string): Promise<Benchmark | null> {
  return readBenchmark(join(folder, `${experiment}.json`)).catch(() => null);
}

async function readBenchmark(file: string): Promise<Benchmark> {
  const { seal, ...benchmark } = await readSaved(file);
  if (digestOf(JSON.stringify(benchmark)) !== seal)
    throw damaged(`${file} was changed after it was kept: it does not match its own seal.`);
  const again = claimsAgain(benchmark);
  const other = benchmark.verdict.experiments.find(
    ({ name, claims }) => JSON.stringify(again[name]) !== JSON.stringify(claims),
  );
  if (other)
    throw damaged(
      `The claims of ${other.name} in ${file} are judged otherwise now than when it was kept. ` +
        'Compare anew, or judge them by the version that kept it.',
    );
  return benchmark;
}

async function readSaved(file: string): Promise<SavedBenchmark> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw damaged(`${file} can't be read: ${(error as Error).message}`);
  }
  const problems = problemsOf(SavedBenchmarkSchema, value);
  if (problems.length > 0)
    throw damaged(`${file} has not the shape that it should have:\n  ${problems.slice(0, 20).join('\n  ')}`);
  const saved = value as SavedBenchmark;
  const parts = saved.plan.experiments.map(({ name }) => name).join(', ');
  const judged = saved.verdict.experiments.map(({ name }) => name).join(', ');
  if (parts !== judged) throw damaged(`${file} has a plan of ${parts} and a verdict on ${judged}.`);
  return saved;
}

/** The page BENCHMARKS.md, from all that is kept. */
export async function benchmarksText(folder: string = recordsFolder): Promise<string> {
  const { benchmarksPage } = await import('#reports/benchmarks/page.ts');
  const known = Object.values(maps.experiments).filter(({ baselines }) => Object.keys(baselines).length > 0);
  return benchmarksPage(known, await readBenchmarks(folder));
}

/** The README of each pattern's room with what was measured of it, by path in the repository. */
export async function roomReadmes(folder: string = recordsFolder): Promise<Record<string, string>> {
  const { withMeasured } = await import('#reports/benchmarks/room.ts');
  const all = Object.values(await readBenchmarks(folder));
  const rooms = Object.keys(maps.patterns).map(async (pattern) => {
    const path = `sut/patterns/${pattern}/README.md`;
    const own = all.filter(({ plan }) => plan.experiments[0]?.pattern === pattern);
    return [path, withMeasured(await readFile(join(root, path), 'utf8'), own)] as const;
  });
  return Object.fromEntries(await Promise.all(rooms));
}

/** The page docs/which-pattern.md. */
export async function whichPatternText(folder: string = recordsFolder): Promise<string> {
  const { whichPatternPage } = await import('#reports/benchmarks/which-pattern.ts');
  const readmes: Record<string, string> = {};
  for (const pattern of Object.keys(maps.patterns))
    readmes[pattern] = await readFile(join(root, `sut/patterns/${pattern}/README.md`), 'utf8');
  return whichPatternPage(readmes, await readBenchmarks(folder));
}

/** Writes it; resolves to the file. */
export async function writeWhichPattern(): Promise<string> {
  const file = join(root, 'docs/which-pattern.md');
  await writeWhole(dirname(file), file, await whichPatternText());
  return file;
}

/** Writes them; resolves to their paths. */
export async function writeRoomReadmes(): Promise<string[]> {
  const readmes = await roomReadmes();
  for (const [path, text] of Object.entries(readmes)) {
    const file = join(root, path);
    await writeWhole(dirname(file), file, text);
  }
  return Object.keys(readmes);
}

/** Writes it beside the folder of the records; resolves to the file. */
export async function writeBenchmarksPage(folder: string): Promise<string> {
  const parent = join(folder, '..');
  const file = join(parent, 'BENCHMARKS.md');
  await writeWhole(parent, file, await benchmarksText(folder));
  return file;
}

async function writeWhole(folder: string, file: string, text: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.part`, text);
    await rename(`${file}.part`, file);
  } catch (error) {
    throw new GauntletError('run-folder', `${file} can't be written: ${(error as Error).message}`);
  }
}

function damaged(message: string): GauntletError {
  return new GauntletError('damaged-record', message);
}
