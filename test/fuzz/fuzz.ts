import fc from 'fast-check';
import { expect } from 'vitest';
import { exitCodeFor, GauntletError, knownCode } from '#contract/errors.ts';
import type { ExitCode } from '#contract/exit-codes.ts';

/** How much of a property is tried, and with which random numbers. */
export interface Effort {
  runs: number;
  seed: number;
}

/** A fresh seed, or the one that is given; printed, so that a failure can be played again. */
export function printedSeed(): number {
  const given = process.env['GAUNTLET_FUZZ_SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  console.log(`fuzzing with GAUNTLET_FUZZ_SEED=${seed}`);
  return seed;
}

/** Tries a property on random input; fails with the smallest input that breaks it, and the seed. */
export async function fuzz<T>(
  input: fc.Arbitrary<T>,
  holds: (value: T) => Promise<void>,
  { runs, seed }: Effort,
): Promise<void> {
  await fc.assert(fc.asyncProperty(input, holds), { numRuns: runs, seed });
}

/** A known error that is said in words and exits so. */
export function expectWords(error: unknown, exit: ExitCode): void {
  expect(error, String((error as Error | null)?.stack)).toBeInstanceOf(GauntletError);
  const { code, message } = error as GauntletError;
  expect(knownCode(code)).toBe(code);
  expect(exitCodeFor(code)).toBe(exit);
  expect(message).toMatch(/\S/);
  expect(message, 'a stack trace').not.toMatch(/\n {4}at /);
}
