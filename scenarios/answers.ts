// What a scenario makes of an answer of the protocol: which model it is from, and whether it is that model's own.
import type { LoadRequest } from '../harness/contract/load.ts';

export const NO_ANSWER = { servedBy: '', reason: '', version: '', faithful: false, right: false };

export interface InferAnswer {
  model_version: string;
  parameters?: { served_by?: string; fallback_reason?: string };
  outputs: { data: number[] }[];
}

/** `tolerance` is absolute, on a probability, per model version. */
export function judgeAnswer(answer: InferAnswer, request: LoadRequest, tolerance: Record<string, number>) {
  const probabilities = answer.outputs[0]!.data;
  const golden = request.golden[answer.model_version];
  return {
    servedBy: answer.parameters?.served_by ?? '',
    reason: answer.parameters?.fallback_reason ?? '',
    version: answer.model_version,
    faithful: golden !== undefined && isClose(probabilities, golden, tolerance[answer.model_version] ?? 0),
    right: indexOfLargest(probabilities) === request.label,
  };
}

/** A loop, with the length asked for once: in k6 a call, or the length of an array of floats, is dearer than comparing. */
export function isClose(values: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): boolean {
  const { length } = expected;
  if (values.length !== length) return false;
  for (let i = 0; i < length; i += 1) if (!(Math.abs(values[i]! - expected[i]!) <= tolerance)) return false;
  return true;
}

export function indexOfLargest(values: number[]): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
  return best;
}
