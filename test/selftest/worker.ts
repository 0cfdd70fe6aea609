import { parentPort } from 'node:worker_threads';
import { type CasePlace, playCase } from '#slo/selftest/play.ts';

// One of the selftest's threads: plays the cases that it is asked for, one at a time.

export interface Asked {
  place: CasePlace;
  runs: number;
  seed: number;
}
/** Per measure of the case, how often it happened. */
export type Answered = number[];

parentPort!.on('message', ({ place, runs, seed }: Asked) => {
  parentPort!.postMessage(playCase(place, runs, seed) satisfies Answered);
});
