import { parentPort, workerData } from 'node:worker_threads';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { openSession } from '../models/onnx.ts';
import { FEATURES, INPUT_NAME, OUTPUT_NAME } from '../protocol/infer.ts';
import type { RunReply, RunRequest, ThreadData, ThreadRequest } from './messages.ts';

// `session.run()` blocks its thread although it returns a promise, so sessions live in threads of their own: health
// checks, timeouts and metrics of the server stay live while a model computes.

const sessions = new Map<string, InferenceSession>();

const { files, provider, ending } = workerData as ThreadData;
for (const [version, file] of Object.entries(files)) {
  sessions.set(version, await openSession(file, provider));
}

const reply = (message: RunReply) => parentPort!.postMessage(message);

parentPort!.on('message', (request: ThreadRequest) => {
  if (request.kind === 'end') parentPort!.close();
  else if (Atomics.load(ending, 0) === 0) void run(request);
});

async function run(request: RunRequest): Promise<void> {
  try {
    const input = new Tensor('float32', request.pixels, [request.rows, FEATURES]);
    const started = performance.now();
    const results = await sessions.get(request.version)!.run({ [INPUT_NAME]: input });
    const runSeconds = (performance.now() - started) / 1000;
    reply({
      kind: 'answer',
      id: request.id,
      probabilities: results[OUTPUT_NAME]!.data as Float32Array,
      runSeconds,
    });
  } catch (error) {
    reply({ kind: 'error', id: request.id, message: (error as Error).message });
  }
}

reply({ kind: 'ready' });
