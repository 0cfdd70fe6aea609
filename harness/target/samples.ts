/** An input as a model's metadata tells it. */
export interface InputMetadata {
  name: string;
  datatype: string;
  shape: number[];
}

/** So many values of a tensor at most: somebody's own payloads take their place soon. */
const MOST_VALUES = 100_000;
/** Payloads that are made where nobody gave any. */
const SAMPLES = 3;

/** Tensors that fit a model's inputs; a dimension that may have any length has one. Null where they would be huge. */
export function sampleInputs(inputs: readonly InputMetadata[]): object[][] | null {
  const sizes = inputs.map(({ shape }) => shapeOf(shape).reduce((product, length) => product * length, 1));
  if (sizes.some((size) => size > MOST_VALUES)) return null;
  return Array.from({ length: SAMPLES }, (_, sample) =>
    inputs.map(({ name, datatype, shape }, i) => ({
      name,
      datatype,
      shape: shapeOf(shape),
      data: Array.from({ length: sizes[i]! }, (_, position) => sampleValue(datatype, sample, position)),
    })),
  );
}

function shapeOf(shape: readonly number[]): number[] {
  return shape.map((length) => (length > 0 ? length : 1));
}

/** Small, of the type, and not the same in every sample. */
function sampleValue(datatype: string, sample: number, position: number): unknown {
  const number = (sample + position) % 3;
  if (datatype === 'BYTES') return `sample ${number}`;
  if (datatype === 'BOOL') return number === 1;
  return datatype.startsWith('FP') ? number / 2 : number;
}
