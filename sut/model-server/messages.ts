import type { Provider } from '../models/onnx.ts';

/** From the server to an inference thread. */
export interface RunRequest {
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

/** Given to an inference thread at its start: version → ONNX file. */
export interface ThreadModels {
  files: Record<string, string>;
  provider: Provider;
}
