/** Looks at one growing window, each of which may end the waiting; what a pass can't exclude is the first one's. */
const LOOKS = 4;

/** Requests, or seconds, at each planned look: n, 2n, 4n, 8n. */
export function plannedLooks(first: number): number[] {
  return Array.from({ length: LOOKS }, (_, i) => first * 2 ** i);
}

/** One-sided confidence of each look, so that all together err in at most 5 % (Bonferroni). */
export const LOOK_CONFIDENCE = 1 - 0.05 / LOOKS;
