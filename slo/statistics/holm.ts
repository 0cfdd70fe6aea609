/**
 * p values that may be held against one level although several tests are made, in the order given: S. Holm,
 * Scandinavian Journal of Statistics 6 (1979) 65. They need not be independent.
 */
export function adjustForMany(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted: number[] = [];
  let least = 0;
  order.forEach((test, rank) => {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * pValues[test]!));
    adjusted[test] = least;
  });
  return adjusted;
}
