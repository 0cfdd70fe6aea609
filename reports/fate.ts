import { responseMs, type Sample } from '#contract/sample.ts';

/** What can become of a planned request, best first. */
export const FATES = ['primary', 'stand-in', 'wrong', 'late', 'failed', 'unsent'] as const;
export type Fate = (typeof FATES)[number];

/** In words, for legends. */
export const FATE_TEXT: Record<Fate, string> = {
  primary: 'correct, from the primary',
  'stand-in': 'correct, from a fallback',
  wrong: 'wrong',
  late: 'late',
  failed: 'failed (no 200)',
  unsent: 'never sent',
};

export function fateOf(sample: Sample | undefined, deadlineMs: number): Fate {
  if (!sample) return 'unsent';
  if (sample.status !== 200) return 'failed';
  if (responseMs(sample) > deadlineMs) return 'late';
  if (!sample.faithful || !sample.right) return 'wrong';
  return sample.servedBy === 'primary' ? 'primary' : 'stand-in';
}

/** Correct and in time: what goodput counts. */
export function isCorrect(fate: Fate): boolean {
  return fate === 'primary' || fate === 'stand-in';
}
