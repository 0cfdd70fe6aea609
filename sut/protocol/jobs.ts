import type { FinalState } from '../jobs/message.ts';
import type { InferResponse } from './infer.ts';

// Jobs over REST: RFC 7240's `Prefer: respond-async`, 202 and `Location`, and a document that tells the job's state.

export const JOBS_PATH = '/v2/jobs';

/** `unknown`: never accepted, or its result has expired; nothing that was accepted is unknown before that. */
export const JOB_STATES = ['pending', 'running', 'done', 'failed', 'unknown'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Whether a client asks for an answer later (`Prefer` may list several preferences). */
export function prefersAsync(prefer: string | string[] | undefined): boolean {
  return [prefer ?? []]
    .flat()
    .some((line) => line.split(',').some((one) => /^\s*respond-async\s*$/i.test(one)));
}

/** The document of a job that has not ended, with the answer of a first stage where there is one. */
export function openJob(
  id: string,
  status: Exclude<JobState, FinalState>,
  preliminary?: InferResponse,
): string {
  return JSON.stringify({ id, status, ...(preliminary ? { preliminary } : {}) });
}

/** The document of one that has: `body` is its result as JSON, or what went wrong in words. */
export function endedJob(id: string, status: FinalState, body: string): string {
  const head = JSON.stringify({ id, status }).slice(0, -1);
  return status === 'done' ? `${head},"result":${body}}` : `${head},"error":${JSON.stringify(body)}}`;
}
