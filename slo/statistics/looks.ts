/** Looks at one growing window, each of which may end the waiting; what a pass can't exclude is the first one's. */
export const LOOKS = 4;

/** Requests, or seconds, at each planned look: n, 2n, 4n, 8n. */
export function plannedLooks(first: number): number[] {
  return Array.from({ length: LOOKS }, (_, i) => first * 2 ** i);
}

/** What a decision may err by, one-sided; of an interval, two-sided. */
const LEVEL = 0.05;

/** What each of so many looks may err by, so that all together err in at most 5 % (Bonferroni). */
export function levelOfLook(looks: number): number {
  return LEVEL / looks;
}

/** One-sided confidence of each of the planned looks. */
export const LOOK_CONFIDENCE = 1 - levelOfLook(LOOKS);
