import '../models/no-telemetry.ts';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Infer } from '../patterns/room.ts';
import type { RunReply, RunRequest, ThreadData, ThreadModels, ThreadRequest } from './messages.ts';

/** It ends as this file does. */
const THREAD = join(import.meta.dirname, `inference-thread${extname(import.meta.filename)}`);

export interface EngineListeners {
  onRun?: (run: { version: string; rows: number; seconds: number }) => void;
  /** A thread ended although nobody asked it to; the server can't answer for it any more. */
  onThreadDeath?: (error: Error) => void;
}

export interface Engine {
  infer: Infer;
  close(): Promise<void>;
}

interface Waiting {
  version: string;
  rows: number;
  resolve: (probabilities: Float32Array) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  ending: Int32Array;
  waiting: Map<number, Waiting>;
}

/** Sessions in worker threads; a request goes to the thread with the fewest requests. */
export async function createEngine(
  models: ThreadModels,
  threads: number,
  listeners: EngineListeners = {},
): Promise<Engine> {
  const all = await Promise.all(Array.from({ length: threads }, () => startThread(models, listeners)));
  let lastId = 0;

  const infer: Infer = ({ version, rows, pixels }) => {
    const thread = all.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      thread.waiting.set(id, { version, rows, resolve, reject });
      const request: RunRequest = { kind: 'run', id, version, rows, pixels };
      thread.worker.postMessage(request, [pixels.buffer as ArrayBuffer]);
    });
  };

  return {
    infer,
    close: async () => void (await Promise.all(all.map(endThread))),
  };
}

/** Lets the run that is under way end and drops those behind it: a thread cut off inside a run takes the process along. */
async function endThread({ worker, ending }: Thread): Promise<void> {
  const ended = once(worker, 'exit');
  Atomics.store(ending, 0, 1);
  worker.postMessage({ kind: 'end' } satisfies ThreadRequest);
  await ended;
}

function startThread(models: ThreadModels, listeners: EngineListeners): Promise<Thread> {
  const ending = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: ThreadData = { ...models, ending };
  const worker = new Worker(THREAD, { workerData });
  const thread: Thread = { worker, ending, waiting: new Map() };
  let isUp = false;
  return new Promise((resolve, reject) => {
    worker.on('message', (reply: RunReply) => {
      if (reply.kind === 'ready') {
        isUp = true;
        resolve(thread);
      } else settle(thread, reply, listeners);
    });
    worker.on('error', (error: Error) => {
      if (!isUp) return reject(error);
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
  listeners.onRun?.({ version: waiting.version, rows: waiting.rows, seconds: reply.runSeconds });
  waiting.resolve(reply.probabilities);
}
