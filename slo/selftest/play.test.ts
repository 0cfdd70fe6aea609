import { describe, expect, test } from 'vitest';
import { laws } from './laws.ts';
import { type CasePlace, casePlaces, playCase, stateOf } from './play.ts';
import { randomFrom } from './random.ts';
import { batched, failingServer, RATE, stallingServer } from './servers.ts';

const cheap: CasePlace = { law: 'faults', index: 0 };

describe('a case of the selftest', () => {
  test('counts the same by the same seed, whatever was played before, and otherwise by another', () => {
    const counts = playCase(cheap, 200, 1);
    playCase({ law: 'claims', index: 0 }, 10, 3);
    expect(playCase(cheap, 200, 1)).toEqual(counts);
    expect(playCase(cheap, 200, 2)).not.toEqual(counts);
  });

  test.each(casePlaces.map(({ law, index }) => [law, laws[law].cases[index]!.situation, index] as const))(
    'of %s: %s, answers each of its measures',
    (law, _, index) => {
      const { measures, play } = laws[law].cases[index]!;
      expect(play(randomFrom(1))).toHaveLength(measures.length);
    },
  );

  test('has a situation of its own', () => {
    const situations = casePlaces.map(({ law, index }) => `${law} ${laws[law].cases[index]!.situation}`);
    expect(new Set(situations).size).toBe(situations.length);
  });
});

describe('a bound', () => {
  const atMost = { what: '', bound: { atMost: 0.06 } };
  const atLeast = { what: '', bound: { atLeast: 0.93 } };

  test.each([
    [atMost, 18, 300, 'held'],
    [atMost, 25, 300, 'by chance'],
    [atMost, 60, 300, 'broken'],
    [atLeast, 280, 300, 'held'],
    [atLeast, 270, 300, 'by chance'],
    [atLeast, 240, 300, 'broken'],
    [{ what: '', bound: null }, 300, 300, null],
  ] as const)('%o is by %d of %d: %s', (measure, hits, runs, state) => {
    expect(stateOf(measure, hits, runs)).toBe(state);
  });
});

describe('a simulated server', () => {
  const shareOf = (windows: Uint8Array[]) =>
    windows.reduce((sum, missed) => sum + missed.reduce((a, b) => a + b, 0) / missed.length, 0) /
    windows.length;

  test.each([
    ['that fails', failingServer(60, 0.05)],
    ['that stalls', stallingServer({ seconds: 60, episodeSeconds: 1, expected: 6, vary: 'equal' })],
    [
      'that stalls and fails',
      stallingServer({
        seconds: 60,
        episodeSeconds: 0.5,
        expected: 6,
        vary: 'exponential',
        background: 0.05,
      }),
    ],
  ])('%s misses the share that it says', (_, server) => {
    const random = randomFrom(1);
    const windows = Array.from({ length: 400 }, () => server.watch(random));
    expect(shareOf(windows) / server.truth).toBeCloseTo(1, 1);
  });

  test('is seen in batches that lose no request, whatever the length of the window', () => {
    for (const seconds of [7, 10, 60, 300]) {
      const missed = failingServer(seconds, 0.1).watch(randomFrom(1));
      const [batches] = batched([missed]);
      const sum = (column: Float64Array) => column.reduce((a, b) => a + b, 0);
      expect(sum(batches!.total)).toBe(seconds * RATE);
      expect(sum(batches!.missed)).toBe(missed.reduce((a, b) => a + b, 0));
      expect(batches!.total).toHaveLength(Math.max(60, seconds));
    }
  });
});
