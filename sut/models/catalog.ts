import { fileURLToPath } from 'node:url';
import { type ModelVersion, modelCards } from './cards.ts';

export { CLASSES, FEATURES } from '../protocol/infer.ts';
export type { ModelVersion } from './cards.ts';

export interface ModelEntry {
  /** In this folder. */
  readonly file: string;
  /** The version in whose file the weights lie, if not in its own. */
  readonly weightsOf?: ModelVersion;
  readonly description: string;
  /** Absolute, on probabilities; lives in `cards.json`. */
  readonly tolerance: number;
}

/** The public name: every version answers the same question, so any can replace any. */
export const MODEL_NAME = 'digits';

export const models = {
  'lin-1': {
    file: 'lin-1.onnx',
    description: 'linear, microseconds a row; the fallback that a gateway can compute itself',
    tolerance: modelCards['lin-1'].tolerance,
  },
  'mlp-1': {
    file: 'mlp-1.onnx',
    description: 'two hidden layers of 1,024: the usual model, and one that gains from batching',
    tolerance: modelCards['mlp-1'].tolerance,
  },
  'xl-1': {
    file: 'xl-1.onnx',
    description: 'mlp-1 with sixteen times the work and the same answers: makes one core the bottleneck',
    tolerance: modelCards['xl-1'].tolerance,
  },
  'mlp8-1': {
    file: 'mlp8-1.onnx',
    description: 'mlp-1 in whole numbers of 7 and 8 bits: a quarter of its size, nearly its answers',
    tolerance: modelCards['mlp8-1'].tolerance,
  },
  'bad60-1': {
    file: 'bad60-1.onnx',
    description: 'right six times in ten: a release that should not have been made',
    tolerance: modelCards['bad60-1'].tolerance,
  },
  'badslow-1': {
    file: 'badslow-1.onnx',
    weightsOf: 'mlp-1',
    description: 'the answers of mlp-1 in about ten times its time: a release that is right and too slow',
    tolerance: modelCards['badslow-1'].tolerance,
  },
} as const satisfies Record<ModelVersion, ModelEntry>;

export const modelVersions = Object.keys(models) as readonly ModelVersion[];

export function isModelVersion(version: string): version is ModelVersion {
  return Object.hasOwn(models, version);
}

/** Absolute path of the ONNX file. */
export function modelFile(version: ModelVersion): string {
  return fileURLToPath(new URL(models[version].file, import.meta.url));
}
