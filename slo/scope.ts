/** Bad episodes that must be expected in a window, so that a pass is false in at most 6 %: docs/selftest.md. */
export const EPISODES_NEEDED = 10;
/** With so many faults an interval over them is drawn; with fewer the observed ratio is compared. */
export const FEWEST_FAULTS = 6;

/** What a pass over so many seconds of requests can't exclude, in one sentence. */
export function scopeOfSeconds(seconds: number): string {
  const length = Number(seconds.toFixed(seconds < 10 ? 1 : 0));
  const every = Number((seconds / EPISODES_NEEDED).toPrecision(2));
  return (
    `Shown for bad episodes that come at least about every ${every} s; ` +
    `rarer ones may not have been seen in these ${length} s.`
  );
}

/** What a pass over so many faults can't exclude: that which with 95 % would have been among them. */
export function scopeOfFaults(faults: number): string {
  const rarest = Math.ceil((1 - 0.05 ** (1 / faults)) * 100);
  return `An outcome of fewer than ${rarest} % of such faults may not have been among these ${faults}.`;
}
