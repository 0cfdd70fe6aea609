import { endedJob, type JobState, openJob } from '../protocol/jobs.ts';
import type { Broker } from './broker.ts';
import { stateIn } from './message.ts';
import { JOBS, RESULTS, RUNNING, subjectOf } from './streams.ts';

/** What is known of a job, and its document. */
export interface Status {
  state: JobState;
  document: string;
  /** Its place in the queue, counted from the first job ever; absent where it isn't there. */
  seq?: number;
}

/**
 * Looks where a job can be. One that leaves JOBS has its result in RESULTS before, so who finds it in neither looks
 * once more: it ended between the two looks, or it is in truth unknown.
 */
export async function statusOf(broker: Broker, id: string): Promise<Status> {
  const before = await endedStatus(broker, id);
  if (before) return before;
  const waiting = await broker.last(JOBS, subjectOf.job(id));
  if (waiting) {
    const isRunning = (await broker.last(RUNNING, subjectOf.running(id))) !== null;
    return { ...open(id, isRunning ? 'running' : 'pending'), seq: waiting.seq };
  }
  return (await endedStatus(broker, id)) ?? open(id, 'unknown');
}

async function endedStatus(broker: Broker, id: string): Promise<Status | null> {
  const result = await broker.last(RESULTS, subjectOf.result(id));
  if (result === null) return null;
  const state = stateIn(result.header);
  return { state, document: endedJob(id, state, result.string()) };
}

function open(id: string, state: 'pending' | 'running' | 'unknown'): Status {
  return { state, document: openJob(id, state) };
}
