import { Worker } from 'node:worker_threads';
import type { RunReply, RunRequest, ThreadModels } from './messages.ts';

export interface EngineListeners {
  onRun?: (version: string, seconds: number) => void;
  /** A thread ended although nobody asked it to; the server can't answer for it any more. */
  onThreadDeath?: (error: Error) => void;
}

export interface Engine {
  /** Probabilities of all rows. */
  infer(version: string, rows: number, pixels: Float32Array): Promise<Float32Array>;
  /** Requests that wait or run. */
  depth(): number;
  close(): Promise<void>;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, { version: string; resolve: (p: Float32Array) => void; reject: (e: Error) => void }>;
}

/** Sessions in worker threads; a request goes to the thread with the fewest requests. */
export async function createEngine(
  files: Record<string, string>,
  threads: number,
  listeners: EngineListeners = {},
): Promise<Engine> {
  const all = await Promise.all(Array.from({ length: threads }, () => startThread({ files }, listeners)));
  let lastId = 0;

  function infer(version: string, rows: number, pixels: Float32Array): Promise<Float32Array> {
    const thread = all.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      thread.waiting.set(id, { version, resolve, reject });
      const request: RunRequest = { id, version, rows, pixels };
      thread.worker.postMessage(request, [pixels.buffer as ArrayBuffer]);
    });
  }

  return {
    infer,
    depth: () => all.reduce((sum, thread) => sum + thread.waiting.size, 0),
    close: async () => void (await Promise.all(all.map(({ worker }) => worker.terminate()))),
  };
}

function startThread(models: ThreadModels, listeners: EngineListeners): Promise<Thread> {
  const worker = new Worker(new URL('./inference-thread.ts', import.meta.url), { workerData: models });
  const thread: Thread = { worker, waiting: new Map() };
  return new Promise((resolve, reject) => {
    worker.on('message', (reply: RunReply) => {
      if (reply.kind === 'ready') resolve(thread);
      else settle(thread, reply, listeners);
    });
    worker.on('error', (error: Error) => {
      reject(error);
      for (const waiting of thread.waiting.values()) waiting.reject(error);
      thread.waiting.clear();
      listeners.onThreadDeath?.(error);
    });
  });
}

function settle(
  thread: Thread,
  reply: Exclude<RunReply, { kind: 'ready' }>,
  listeners: EngineListeners,
): void {
  const waiting = thread.waiting.get(reply.id);
  thread.waiting.delete(reply.id);
  if (!waiting) return;
  if (reply.kind === 'error') {
    waiting.reject(new Error(reply.message));
    return;
  }
  listeners.onRun?.(waiting.version, reply.runSeconds);
  waiting.resolve(reply.probabilities);
}
