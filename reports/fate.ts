import { came, isFaithful, isModels, isRight, responseMs, type Samples } from '#contract/samples.ts';

/** What can become of a planned request, best first. */
export const FATES = ['primary', 'stand-in', 'wrong', 'late', 'refused', 'failed', 'unsent'] as const;
export type Fate = (typeof FATES)[number];

/** In words, for legends. */
export const FATE_TEXT: Record<Fate, string> = {
  primary: 'correct, from the model',
  'stand-in': 'correct, from a fallback',
  wrong: 'wrong',
  late: 'late',
  refused: 'refused (429)',
  failed: 'failed (no 200)',
  unsent: 'never sent',
};

/** Too many requests: said on purpose, at once, to a client that may come back. No failure, and no answer either. */
const REFUSED = 429;

export function fateOf(samples: Samples, i: number, deadlineMs: number): Fate {
  if (!came(samples, i)) return 'unsent';
  if (samples.status[i] === REFUSED) return 'refused';
  if (samples.status[i] !== 200) return 'failed';
  if (responseMs(samples, i) > deadlineMs) return 'late';
  if (!isFaithful(samples, i) || !isRight(samples, i)) return 'wrong';
  return isModels(samples, i) ? 'primary' : 'stand-in';
}

/** Correct and in time: what goodput counts. */
export function isCorrect(fate: Fate): boolean {
  return fate === 'primary' || fate === 'stand-in';
}
