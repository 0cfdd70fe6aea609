/** How the misses of a window hang together. */
export interface Clustering {
  /** By how much the variance of their number exceeds that of misses that come alone; at least 1. */
  designEffect: number;
  /** Misses of an episode that may have been missed, to be reckoned with; at least 1. */
  unseen: number;
}

/** Every miss comes alone. */
export const ALONE: Clustering = { designEffect: 1, unseen: 1 };

/** Requests of one trial, batch by batch, in order of their planned instants. Columns of the same length. */
export interface Batches {
  total: Float64Array;
  missed: Float64Array;
}

/** So many batches tell well enough how the misses hang together; a second each is as fine as it need be. */
const BATCHES = 60;

/** Seconds of a batch, for so many seconds of requests over all trials. */
export function batchSeconds(seconds: number): number {
  return Math.min(1, seconds / BATCHES);
}

/** An episode that was missed may have been so many times as large as the largest that was seen. */
const UNSEEN_FACTOR = 2;
/** Standard deviations of two batches' misses that a run above the average has by chance. */
const BY_CHANCE = 3;

/** How the misses of a variant's trials hang together; nothing does across the edge between two trials. */
export function clusteringOf(trials: readonly Batches[]): Clustering {
  const total = sum(trials.map((trial) => sum(trial.total)));
  const missed = sum(trials.map((trial) => sum(trial.missed)));
  const share = missed / total;
  if (total === 0 || share === 0 || share === 1) return ALONE;
  const alone = total * share * (1 - share);
  const excess = trials.map((trial) => trial.missed.map((misses, i) => misses - share * trial.total[i]!));
  const batches = sum(trials.map((trial) => trial.total.length));
  const chance = BY_CHANCE * Math.sqrt((2 * alone) / batches);
  const largest = Math.max(1, Math.max(...excess.map(largestRun)) - chance);
  return {
    designEffect: Math.max(1, varianceOfSum(excess) / alone),
    unseen: 1 + UNSEEN_FACTOR * (largest - 1),
  };
}

/**
 * Variance of the sum of a stationary series from its autocovariances, up to where those of two neighbouring lags
 * together vanish in the noise: C. J. Geyer, Practical Markov Chain Monte Carlo, Statistical Science 7 (1992) 473,
 * "initial monotone sequence". Without correlation between the batches it is the variance of their means.
 */
function varianceOfSum(excess: readonly Float64Array[]): number {
  const batches = sum(excess.map(({ length }) => length));
  const longest = Math.max(...excess.map(({ length }) => length));
  const atLag = (lag: number) => sum(excess.map((series) => productsAtLag(series, lag)));
  let variance = -atLag(0);
  let last = Number.POSITIVE_INFINITY;
  let lags = -1;
  for (let lag = 0; lag < longest / 2; lag += 2) {
    const pair = Math.min(last, atLag(lag) + atLag(lag + 1));
    if (pair <= 0) break;
    variance += 2 * pair;
    last = pair;
    lags += 4;
  }
  // The excess is over the series' own mean, which takes so much out of the covariances.
  return (variance * batches) / Math.max(1, batches - Math.max(1, lags));
}

function productsAtLag(series: Float64Array, lag: number): number {
  let products = 0;
  for (let i = lag; i < series.length; i += 1) products += series[i]! * series[i - lag]!;
  return products;
}

/** Most misses above the average in a run of consecutive batches that all have more than the average. */
function largestRun(excess: Float64Array): number {
  let largest = 0;
  let run = 0;
  for (const more of excess) {
    run = more > 0 ? run + more : 0;
    largest = Math.max(largest, run);
  }
  return largest;
}

function sum(values: Iterable<number>): number {
  let all = 0;
  for (const value of values) all += value;
  return all;
}
