/** How the keys of a tape are drawn from the pool: each alike, or by Zipf's law, key k in proportion to (k + 1)^-s. */
export type KeyDraw = 'uniform' | { readonly zipf: number };

/** Turns a number that is uniform in [0, 1) into a key of 0 to `poolSize` - 1. */
export function keyDrawer(draw: KeyDraw, poolSize: number): (uniform: number) => number {
  return draw === 'uniform' ? (uniform) => Math.floor(uniform * poolSize) : zipfDrawer(draw.zipf, poolSize);
}

/** By the inverse of the cumulative distribution, found by bisection. */
function zipfDrawer(exponent: number, poolSize: number): (uniform: number) => number {
  const cumulative = new Float64Array(poolSize);
  let sum = 0;
  for (let key = 0; key < poolSize; key += 1) {
    sum += (key + 1) ** -exponent;
    cumulative[key] = sum;
  }
  return (uniform) => {
    const wanted = uniform * sum;
    let low = 0;
    let high = poolSize - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
