import type { Answer } from '../room.ts';

/** Where answers are kept, each for its time to live. */
export interface Store {
  /** The answer, while it is fresh; at once where the store is at hand. Rejects where the store fails or is late. */
  get(key: string): Answer | undefined | Promise<Answer | undefined>;
  /** Nobody waits for it, so it fails without a word. */
  set(key: string, answer: Answer): void;
}
