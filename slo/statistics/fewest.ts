/** The smallest whole number from `least` on that is enough, where all beyond it are too; null if `most` is not. */
export function fewest(least: number, most: number, enough: (n: number) => boolean): number | null {
  if (enough(least)) return least;
  if (least >= most) return null;
  let low = least;
  let high = Math.min(most, 2 * least);
  while (!enough(high)) {
    if (high >= most) return null;
    low = high;
    high = Math.min(most, 2 * high);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
