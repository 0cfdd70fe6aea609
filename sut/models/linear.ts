import { CLASSES, FEATURES } from './catalog.ts';
import file from './lin-1.weights.json' with { type: 'json' };

/** Versions that can be computed without ONNX Runtime. */
export const FALLBACK_VERSIONS = ['lin-1'] as const;

/** `rows` rows of 64 pixels to `rows` rows of 10 probabilities. */
export type Linear = (pixels: ArrayLike<number>, rows: number) => Float32Array;

/**
 * lin-1 without ONNX Runtime: a gateway whose model server is gone still answers, at 640 multiplications
 * a row.
 */
export function loadLinear(): Linear {
  const weights = Float64Array.from(file.weights.flat());
  const bias = Float64Array.from(file.bias);
  if (weights.length !== CLASSES * FEATURES || bias.length !== CLASSES) {
    throw new Error('lin-1.weights.json does not hold 10 rows of 64 weights and 10 biases');
  }
  return (pixels, rows) => {
    if (pixels.length !== rows * FEATURES) {
      throw new RangeError(`${rows} rows need ${rows * FEATURES} pixels, not ${pixels.length}`);
    }
    const answers = new Float32Array(rows * CLASSES);
    const logits = new Float64Array(CLASSES);
    for (let row = 0; row < rows; row += 1) {
      for (let label = 0; label < CLASSES; label += 1) {
        let sum = bias[label]!;
        for (let feature = 0; feature < FEATURES; feature += 1) {
          sum += weights[label * FEATURES + feature]! * pixels[row * FEATURES + feature]!;
        }
        logits[label] = sum;
      }
      writeSoftmax(logits, answers, row * CLASSES);
    }
    return answers;
  };
}

function writeSoftmax(logits: Float64Array, target: Float32Array, offset: number): void {
  const largest = Math.max(...logits);
  let total = 0;
  for (let label = 0; label < CLASSES; label += 1) {
    logits[label] = Math.exp(logits[label]! - largest);
    total += logits[label]!;
  }
  for (let label = 0; label < CLASSES; label += 1) target[offset + label] = logits[label]! / total;
}
