import type { JsMsg } from '@nats-io/jetstream';
import type { FastifyBaseLogger } from 'fastify';
import { withDeadline } from '../deadline.ts';
import type { Upstream } from '../gateway/upstream.ts';
import { type Broker, isRefusal } from '../jobs/broker.ts';
import { type FinalState, jobOf, resultHeaders } from '../jobs/message.ts';
import { idOf, JOBS, subjectOf, WORKERS } from '../jobs/streams.ts';
import { MODEL_NAME } from '../models/catalog.ts';
import type { AsyncOptions } from '../patterns/async/options.ts';
import { inferResponse } from '../protocol/infer.ts';
import type { workerMetrics } from '../telemetry/metrics.ts';
import { backoffMs } from './backoff.ts';
import { isOwn, JobError, nextOf } from './outcome.ts';

/** A pull asks for so long at a time, and hears that the broker lives so often; two silences end it. */
const PULL_MS = 5_000;
const HEARTBEAT_MS = 1_000;
/** Pause before the next pull where one broke off. */
const PAUSE_MS = 100;
/** A lease is renewed so often in its own time. */
const RENEWALS = 3;
/** A call to the model server that takes longer is tried again. */
const CALL_MS = 10_000;

export interface WorkParts {
  broker: Broker;
  upstream: Upstream;
  options: AsyncOptions;
  metrics: ReturnType<typeof workerMetrics>;
  log: FastifyBaseLogger;
}

export interface Work {
  /** Takes no more jobs; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** Takes jobs off the queue for as long as the service lives, as many at a time as the broker lets it have. */
export function startWork(parts: WorkParts): Work {
  const { broker, options, metrics, log } = parts;
  const running = new Map<JsMsg, Promise<void>>();
  /** Tries that failed by a job's own fault, by its id. With this process they are forgotten. */
  const failures = new Map<string, number>();
  let pull: { stop(): void } | null = null;
  let stopping = false;
  const renewal = setInterval(() => {
    for (const message of running.keys()) renew(message, broker);
  }, options.leaseMs / RENEWALS);

  async function takeJobs(): Promise<void> {
    const { client } = await broker.ready;
    while (!stopping) {
      try {
        const consumer = await client.consumers.get(JOBS, WORKERS);
        const messages = await consumer.consume({
          max_messages: options.maxRunning,
          expires: PULL_MS,
          idle_heartbeat: HEARTBEAT_MS,
          abort_on_missing_resource: true,
        });
        pull = messages;
        for await (const message of messages) begin(message);
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'the queue is not there');
      }
      if (!stopping) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  function begin(message: JsMsg): void {
    renew(message, broker);
    const trying = tryJob(message, parts, failures)
      .catch((error) => log.error(error, 'a job was left to its lease'))
      .finally(() => {
        running.delete(message);
        metrics.running.set(running.size);
      });
    running.set(message, trying);
    metrics.running.set(running.size);
  }

  const taking = takeJobs().catch((error) => log.error(error, 'no jobs are taken any more'));
  return {
    async stop() {
      stopping = true;
      pull?.stop();
      await Promise.race([taking, new Promise((resolve) => setTimeout(resolve, PAUSE_MS))]);
      await Promise.all(running.values());
      clearInterval(renewal);
    },
  };
}

/** Nobody waits for these: a lease that was not renewed ends, and the job goes to another. */
function renew(message: JsMsg, broker: Broker): void {
  try {
    message.working();
    broker.use().connection.publish(subjectOf.running(idOf(message.subject)));
  } catch {
    // Without a broker there is nobody to tell.
  }
}

async function tryJob(message: JsMsg, parts: WorkParts, failures: Map<string, number>): Promise<void> {
  const { options, metrics, log } = parts;
  const id = idOf(message.subject);
  if (options.acksBeforeWork) message.ack();
  try {
    const body = await answer(message, parts.upstream);
    await end(message, parts, 'done', body);
    metrics.runs.inc({ outcome: 'ok' });
    failures.delete(id);
    if (!options.acksBeforeWork) message.ack();
  } catch (error) {
    metrics.runs.inc({ outcome: isOwn(error) ? 'rejected' : 'error' });
    // The usual sample: it was taken off the queue, and nobody has it any more.
    if (options.acksBeforeWork) return;
    const own = (failures.get(id) ?? 0) + (isOwn(error) ? 1 : 0);
    if (isOwn(error)) failures.set(id, own);
    const ageMs = Date.now() - jobOf(message).acceptedAt;
    const next = nextOf(error, { own, ageMs }, options);
    if (next.do === 'again') return message.nak(backoffMs(message.info.deliveryCount, options, Math.random));
    log.warn({ id, reason: next.why }, 'a job goes to the dead letters');
    await bury(message, parts, next.why);
    failures.delete(id);
  }
}

/** The answer as JSON; a JobError where the model has none for this question. */
async function answer(message: JsMsg, upstream: Upstream): Promise<string> {
  const { version, question } = jobOf(message);
  const { probabilities, ...rest } = await withDeadline(CALL_MS, (signal) =>
    upstream.predict(version, question, signal),
  );
  if (!Array.from(probabilities).every(Number.isFinite))
    throw new JobError("the model's answer is not a number");
  const parameters = { served_by: rest.servedBy };
  return JSON.stringify(inferResponse(MODEL_NAME, { version: rest.version, probabilities, parameters }));
}

/** Writes a job's result; where it has one, that stays, and this try was for nothing. */
async function end(message: JsMsg, { broker }: WorkParts, state: FinalState, body: string): Promise<void> {
  const headers = resultHeaders(state);
  try {
    await broker.publish(subjectOf.result(idOf(message.subject)), body, { headers });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

async function bury(message: JsMsg, parts: WorkParts, why: string): Promise<void> {
  const id = idOf(message.subject);
  const { data, headers } = message;
  await parts.broker.publish(subjectOf.dead(id), data, { ...(headers ? { headers } : {}) });
  await end(message, parts, 'failed', why);
  message.ack();
}
