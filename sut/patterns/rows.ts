/** So many rows, and their pixels one after the other. */
interface Rows {
  rows: number;
  pixels: Float32Array;
}

/** The rows of all, in their order; their own pixels stay as they are. */
export function rowsTogether(calls: readonly Rows[]): Rows {
  const pixels = new Float32Array(calls.reduce((sum, call) => sum + call.pixels.length, 0));
  let at = 0;
  for (const call of calls) {
    pixels.set(call.pixels, at);
    at += call.pixels.length;
  }
  return { rows: calls.reduce((sum, { rows }) => sum + rows, 0), pixels };
}

/** To each call the probabilities of its rows, as views of one block; throws where the block has not so many rows. */
export function splitRows(probabilities: Float32Array, calls: readonly Pick<Rows, 'rows'>[]): Float32Array[] {
  const rows = calls.reduce((sum, call) => sum + call.rows, 0);
  const perRow = probabilities.length / rows;
  if (!Number.isInteger(perRow) || perRow === 0) {
    throw new Error(`a run over ${rows} rows gave ${probabilities.length} probabilities`);
  }
  let at = 0;
  return calls.map((call) => {
    const from = at;
    at += call.rows;
    return probabilities.subarray(from * perRow, at * perRow);
  });
}
