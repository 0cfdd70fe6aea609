/** Windows that miss ratios are recorded over: those of the burn-rate alerts. */
export const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;
export type Window = (typeof WINDOWS)[number];

/** Recorded for each objective, its name in the label `slo`: misses ÷ requests over a window. */
export function missRatio(window: Window): string {
  return `slo:miss_ratio:rate${window}`;
}

/** Recorded for each objective: 1 − target. */
export const ALLOWED = 'slo:miss_ratio_allowed';

/** How many times as fast as allowed the budget burnt over a window; also the share of that window's budget that went. */
export function burnRateOf(window: Window): string {
  return `${missRatio(window)} / on (slo) ${ALLOWED}`;
}
