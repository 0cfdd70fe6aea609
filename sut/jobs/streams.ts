import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import type { AsyncOptions } from '../patterns/async/options.ts';

// What the gateway and the workers agree on. A job is in JOBS until its worker has put its result into RESULTS, so it
// is in one of them at every moment; RUNNING only tells who is at work, and forgets those that went silent.

export const JOBS = 'JOBS';
export const RESULTS = 'RESULTS';
export const RUNNING = 'RUNNING';
export const DEAD = 'DEAD';
/** All workers are one consumer: each job goes to one of them at a time. */
export const WORKERS = 'workers';

export const subjectOf = {
  job: (id: string) => `jobs.${id}`,
  result: (id: string) => `results.${id}`,
  running: (id: string) => `running.${id}`,
  dead: (id: string) => `dead.${id}`,
};

export function idOf(subject: string): string {
  return subject.slice(subject.indexOf('.') + 1);
}

const MOST_DEAD = 10_000;

const nanos = (ms: number) => ms * 1_000_000;

type Stream = Partial<StreamConfig> & { name: string };

export function streamsFor(options: AsyncOptions): Stream[] {
  const storage = options.storage === 'file' ? StorageType.File : StorageType.Memory;
  const kept = nanos(options.resultSeconds * 1000);
  return [
    {
      name: JOBS,
      subjects: [subjectOf.job('*')],
      storage,
      retention: RetentionPolicy.Workqueue,
      max_msgs: options.maxJobs,
      // Full is full: the oldest job is a promise too.
      discard: DiscardPolicy.New,
      duplicate_window: kept,
      allow_direct: true,
    },
    {
      name: RESULTS,
      subjects: [subjectOf.result('*')],
      storage,
      max_age: kept,
      max_msgs_per_subject: 1,
      allow_direct: true,
      // The first result of a job stays, whoever comes with another: this is what makes its effect one.
      ...(options.shortIds ? {} : { discard: DiscardPolicy.New, discard_new_per_subject: true }),
    },
    {
      name: RUNNING,
      subjects: [subjectOf.running('*')],
      storage: StorageType.Memory,
      max_age: nanos(options.leaseMs),
      max_msgs_per_subject: 1,
      // No shorter than the default of two minutes, or than the age, is allowed.
      duplicate_window: nanos(options.leaseMs),
      allow_direct: true,
    },
    {
      name: DEAD,
      subjects: [subjectOf.dead('*')],
      storage,
      max_msgs: MOST_DEAD,
      max_msgs_per_subject: 1,
    },
  ];
}

export function workersFor(options: AsyncOptions): Partial<ConsumerConfig> {
  return {
    durable_name: WORKERS,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(options.leaseMs),
    // Workers count the tries: JetStream would count those that the model server's absence took too.
    max_deliver: -1,
    max_ack_pending: options.maxRunning,
  };
}

/** Makes what is not there, and leaves what is. */
export async function ensureStreams(manager: JetStreamManager, options: AsyncOptions): Promise<void> {
  for (const stream of streamsFor(options)) await manager.streams.add(stream);
  await manager.consumers.add(JOBS, workersFor(options));
}
