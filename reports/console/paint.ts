import pc from 'picocolors';
import type { Outcome } from '#contract/verdict.ts';
import type { Cell } from './layout.ts';

const PAINT: Record<Outcome, (text: string) => string> = {
  pass: pc.green,
  fail: pc.red,
  inconclusive: pc.yellow,
  invalid: pc.magenta,
};

/** The word says it; the colour only helps. */
export function paintedOutcome(outcome: Outcome): string {
  return pc.bold(PAINT[outcome](outcome.toUpperCase()));
}

export function outcomeCell(text: string, outcome: Outcome): Cell {
  return { text, paint: PAINT[outcome] };
}

export const plain = (text: string): Cell => ({ text });
export const faint = (text: string): Cell => ({ text, paint: pc.dim });
