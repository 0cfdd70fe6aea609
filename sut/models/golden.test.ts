import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelVersion } from './catalog.ts';
import { goldenAnswers } from './golden.ts';
import { makePlainPool } from './pool.ts';

const pool = makePlainPool({ seed: 1, size: 1_000 });
let cacheDir: string;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'golden-'));
});

afterEach(() => rm(cacheDir, { recursive: true, force: true }));

/** The answers, and whether they had to be computed. */
async function ask(version: ModelVersion = 'lin-1', of = pool) {
  let computed = false;
  const onProgress = () => {
    computed = true;
  };
  return {
    answers: await goldenAnswers({ version, pool: of, cacheDir, onProgress }),
    computed,
  };
}

async function cacheFiles(): Promise<string[]> {
  return (await readdir(cacheDir)).map((name) => join(cacheDir, name));
}

describe('golden answers', () => {
  test('are computed once and then read', async () => {
    const first = await ask();
    const second = await ask();
    expect([first.computed, second.computed]).toEqual([true, false]);
    expect(second.answers).toEqual(first.answers);
    expect(first.answers).toHaveLength(10_000);
  });

  test('are recomputed when the cache was truncated', async () => {
    const { answers } = await ask();
    const [file] = await cacheFiles();
    await truncate(file!, 17_000);
    expect(await ask()).toEqual({ answers, computed: true });
    expect((await ask()).computed).toBe(false);
  });

  test('are recomputed when a bit of the cache flipped', async () => {
    const { answers } = await ask();
    const [file] = await cacheFiles();
    const bytes = await readFile(file!);
    bytes[1_234]! ^= 1;
    await writeFile(file!, bytes);
    expect(await ask()).toEqual({ answers, computed: true });
  });

  test('of another model, seed or size are never mixed up', async () => {
    await ask();
    expect((await ask('mlp-1')).computed).toBe(true);
    expect((await ask('lin-1', makePlainPool({ seed: 2, size: 1_000 }))).computed).toBe(true);
    expect((await ask('lin-1', makePlainPool({ seed: 1, size: 999 }))).computed).toBe(true);
    expect(await cacheFiles()).toHaveLength(4);
  });

  test('are the same when several ask at once, and nothing half-written stays', async () => {
    const [first, ...others] = await Promise.all([ask(), ask(), ask()]);
    for (const other of others) expect(other.answers).toEqual(first!.answers);
    expect(await cacheFiles()).toHaveLength(1);
  });

  test('let timers run and report how far they are', async () => {
    const seen: [number, number][] = [];
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 5);
    const large = makePlainPool({ seed: 1, size: 30_000 });
    await goldenAnswers({
      version: 'mlp-1',
      pool: large,
      cacheDir,
      onProgress: (...at) => seen.push(at),
    });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
    expect(seen.at(-1)).toEqual([30_000, 30_000]);
    expect(seen.length).toBeGreaterThan(1);
  });
});
