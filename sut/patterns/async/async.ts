import type { GatewayRoom } from '../room.ts';
import { type AsyncOptions, AsyncOptionsSchema } from './options.ts';

/**
 * Takes an inference as a job where its client prefers that: it is answered 202 once the broker has it on its disk,
 * and a worker computes it. Requests that don't prefer it are answered as before.
 */
export const async = {
  at: 'gateway',
  summary: 'Takes inferences as jobs that a broker keeps and workers do, and answers 202 at once',
  options: AsyncOptionsSchema,
  wrap: (next) => next,
  async mount(app, options: AsyncOptions, context) {
    return (await import('./jobs.ts')).mountJobs(app, options, context);
  },
} satisfies GatewayRoom;
