import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { laws } from '#slo/selftest/laws.ts';
import { type CasePlace, casePlaces } from '#slo/selftest/play.ts';
import type { Answered, Asked } from './worker.ts';

/** A case with what was counted. */
export interface Played extends CasePlace {
  runs: number;
  hits: number[];
}

export interface SelftestRequest {
  seed: number;
  quick: boolean;
  onCase?(done: number, of: number): void;
}

/** Plays all cases on all cores; the counts depend on the seed alone. */
export async function playAll({ seed, quick, onCase }: SelftestRequest): Promise<Played[]> {
  const played: Played[] = new Array(casePlaces.length);
  const waiting = casePlaces.map((_, i) => i).reverse();
  let done = 0;
  const work = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
        const place = casePlaces[i]!;
        const runs = laws[place.law].runs[quick ? 'quick' : 'full'];
        played[i] = { ...place, runs, hits: await ask(worker, { place, runs, seed }) };
        done += 1;
        onCase?.(done, casePlaces.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return played;
}

function ask(worker: Worker, question: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    worker.once('message', (hits: Answered) => {
      worker.off('error', reject);
      resolve(hits);
    });
    worker.once('error', reject);
    worker.postMessage(question);
  });
}
