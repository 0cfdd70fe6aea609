/** Lets `most` calls be under way, and refuses the next at once instead of making it wait behind them. */
export function atMost(most: number, refusal: () => Error): <T>(call: () => Promise<T>) => Promise<T> {
  let underWay = 0;
  return async (call) => {
    if (underWay >= most) throw refusal();
    underWay += 1;
    try {
      return await call();
    } finally {
      underWay -= 1;
    }
  };
}
