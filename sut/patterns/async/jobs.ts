import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, type Registry } from 'prom-client';
import { METRICS } from '#contract/metrics.ts';
import { type Broker, createBroker, isRefusal, type StreamCounts } from '../../jobs/broker.ts';
import {
  type JobMessage,
  jobMessage,
  type Names,
  namesOf,
  resultHeaders,
  shortNames,
} from '../../jobs/message.ts';
import { statusOf } from '../../jobs/status.ts';
import { DEAD, JOBS, RESULTS, subjectOf } from '../../jobs/streams.ts';
import { MODEL_NAME } from '../../models/catalog.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { type InferRequest, type InferResponse, inferResponse } from '../../protocol/infer.ts';
import { JOBS_PATH, openJob, prefersAsync } from '../../protocol/jobs.ts';
import { readPixels } from '../../protocol/tensors.ts';
import type { Answer, MountContext, Mounted } from '../room.ts';
import type { AsyncOptions } from './options.ts';

/** Whole seconds after which a client that was refused is told to come back. */
const RETRY_AFTER_SECONDS = 1;
const INFER = /\/infer$/;
const KEY = 'idempotency-key';
/** Longer keys are no names any more. */
const MOST_KEY = 256;

/** Lets the gateway take jobs, and be asked for them. */
export function mountJobs(app: FastifyInstance, options: AsyncOptions, context: MountContext): Mounted {
  if (context.broker === undefined) throw new Error("pattern 'async' needs a broker in the configuration");
  const broker = createBroker({ ...context, address: context.broker, options });
  publishResults(context.registry, broker);
  app.addHook('onClose', () => broker.close());
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST' || !INFER.test(request.routeOptions.url ?? '')) return;
    if (prefersAsync(request.headers['prefer'])) return accept(request, reply, broker, options, context);
  });
  app.get<{ Params: { id: string } }>(`${JOBS_PATH}/:id`, async ({ params }, reply) => {
    return send(reply, await reach(() => statusOf(broker, checkId(params.id))));
  });
  app.delete<{ Params: { id: string } }>(`${JOBS_PATH}/:id`, async ({ params }, reply) => {
    return send(reply, await reach(() => cancel(broker, checkId(params.id))));
  });
  return { checkReady: async () => void broker.use() };
}

async function accept(
  request: FastifyRequest,
  reply: FastifyReply,
  broker: Broker,
  options: AsyncOptions,
  { version, metrics, fallback }: MountContext,
): Promise<FastifyReply> {
  const key = keyOf(request);
  const question = readPixels(request.body as InferRequest);
  const message = jobMessage({ version: version(), question, acceptedAt: Date.now() });
  const names = options.shortIds ? shortNames() : namesOf(key, message.data);
  const first = options.answersNow ? firstAnswer(await fallback(question)) : undefined;
  metrics.inFlight.inc();
  try {
    await enqueue(broker, names, message, options);
  } catch (error) {
    metrics.turnedAway.inc();
    if (error instanceof ProtocolError) throw error;
    if (first) return reply.send(first);
    throw refusal(error, options);
  } finally {
    metrics.inFlight.dec();
  }
  return reply
    .code(202)
    .header('location', `${JOBS_PATH}/${names.id}`)
    .header('preference-applied', 'respond-async')
    .type('application/json')
    .send(openJob(names.id, 'pending', first));
}

/** A client that gets no job has this one alone, and is told that it is no answer of the model. */
function firstAnswer({ version, probabilities, servedBy }: Answer): InferResponse {
  const parameters = { served_by: servedBy, fallback_reason: 'first-stage' };
  return inferResponse(MODEL_NAME, { version, probabilities, parameters });
}

async function enqueue(
  broker: Broker,
  { id, once }: Names,
  { data, headers }: JobMessage,
  options: AsyncOptions,
): Promise<void> {
  const own = { msgID: once, headers, timeout: options.enqueueTimeoutMs };
  const isKnown = await broker.publish(subjectOf.job(id), data, own);
  if (isKnown) await refuseOtherQuestion(broker, id);
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers[KEY] as string | undefined;
  if (key !== undefined && (key === '' || key.length > MOST_KEY))
    throw new ProtocolError(400, `Idempotency-Key must have 1 to ${MOST_KEY} characters`);
  return key;
}

/** A key names one question: where the broker knows the key and has no job of this id, it was another one. */
async function refuseOtherQuestion(broker: Broker, id: string): Promise<void> {
  const known =
    (await broker.last(JOBS, subjectOf.job(id))) ?? (await broker.last(RESULTS, subjectOf.result(id)));
  if (known === null) throw new ProtocolError(422, 'this Idempotency-Key was used for another question');
}

/** Nothing was promised. It may be in the queue all the same; sent again with the same key it is the same job. */
function refusal(error: unknown, { maxJobs }: AsyncOptions): ProtocolError {
  const why = isRefusal(error)
    ? `the queue has all the ${maxJobs} jobs that it may have`
    : `the broker did not take the job: ${(error as Error).message}`;
  return new ProtocolError(503, `${why}; come back later`, { 'retry-after': String(RETRY_AFTER_SECONDS) });
}

async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError(503, `the broker can't be asked: ${(error as Error).message}`);
  }
}

/** What can't be an id is no subject of the broker's either. */
function checkId(id: string): string {
  if (!/^[0-9a-f-]{6,36}$/.test(id)) throw new ProtocolError(404, `there is no job '${id}'`);
  return id;
}

/** Ends a job as failed unless it has ended; a worker that is at it finds its result refused. */
async function cancel(broker: Broker, id: string) {
  const status = await statusOf(broker, id);
  if (status.state !== 'pending' && status.state !== 'running') return status;
  const job = await broker.last(JOBS, subjectOf.job(id));
  const headers = resultHeaders('failed');
  await broker.publish(subjectOf.result(id), 'cancelled by its client', { headers }).catch((error) => {
    if (!isRefusal(error)) throw error;
  });
  if (job)
    await broker
      .use()
      .manager.streams.deleteMessage(JOBS, job.seq)
      .catch(() => {});
  return statusOf(broker, id);
}

function send(reply: FastifyReply, { state, document }: Awaited<ReturnType<typeof statusOf>>): FastifyReply {
  return reply
    .code(state === 'unknown' ? 404 : 200)
    .type('application/json')
    .send(document);
}

/** What the broker itself counts, so that a gateway that died takes nothing of it along. */
function publishResults(registry: Registry, broker: Broker): void {
  const countsOf = sharedWhileAsked(broker.countsOf);
  const gauge = (name: string, help: string, stream: string, of: (counts: StreamCounts) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const counts = await countsOf(stream);
        // What it said last, where it says nothing.
        if (counts) this.set(of(counts));
      },
    });
  gauge(METRICS.jobsAccepted, 'Jobs that were ever taken', JOBS, ({ last_seq }) => last_seq);
  gauge(METRICS.jobsWaiting, 'Jobs that wait or are under way', JOBS, ({ messages }) => messages);
  gauge(METRICS.jobResults, 'Results that were ever written', RESULTS, ({ last_seq }) => last_seq);
  gauge(METRICS.jobResultIds, 'Jobs that have a result', RESULTS, ({ num_subjects = 0 }) => num_subjects);
  gauge(METRICS.deadLetters, 'Jobs that were given up and are kept', DEAD, ({ messages }) => messages);
}

/** Gauges of one stream are read at once, and one question answers them. */
function sharedWhileAsked<T>(ask: (stream: string) => Promise<T>): (stream: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (stream) => {
    const known = asked.get(stream);
    if (known) return known;
    const asking = ask(stream).finally(() => asked.delete(stream));
    asked.set(stream, asking);
    return asking;
  };
}
