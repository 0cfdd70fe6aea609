import type { Provider } from '../models/onnx.ts';

/** From the server to an inference thread. */
export type ThreadRequest = RunRequest | { kind: 'end' };

export interface RunRequest {
  kind: 'run';
  id: number;
  version: string;
  rows: number;
  pixels: Float32Array;
}

/** From an inference thread to the server. */
export type RunReply =
  | { kind: 'ready' }
  | { kind: 'answer'; id: number; probabilities: Float32Array; runSeconds: number }
  | { kind: 'error'; id: number; message: string };

/** What the inference threads serve. */
export interface ThreadModels {
  /** Version → ONNX file. */
  files: Record<string, string>;
  provider: Provider;
}

/** Given to an inference thread at its start. */
export interface ThreadData extends ThreadModels {
  /** One number, shared: not 0 once what still waits for a run need not be computed. */
  ending: Int32Array;
}
