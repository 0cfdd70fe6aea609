import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Backlog, watchBacklog } from '../../jobs/backlog.ts';
import { atMost } from '../../jobs/bounded.ts';
import { type Broker, createBroker, isRefusal } from '../../jobs/broker.ts';
import {
  type JobMessage,
  jobMessage,
  type Names,
  namesOf,
  resultHeaders,
  shortNames,
} from '../../jobs/message.ts';
import { type Status, statusOf } from '../../jobs/status.ts';
import { JOBS, RESULTS, subjectOf } from '../../jobs/streams.ts';
import { MODEL_NAME } from '../../models/catalog.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { type InferRequest, type InferResponse, inferResponse } from '../../protocol/infer.ts';
import { JOBS_PATH, openJob, prefersAsync } from '../../protocol/jobs.ts';
import { readPixels } from '../../protocol/tensors.ts';
import type { Answer, MountContext, Mounted } from '../room.ts';
import { publishResults } from './metrics.ts';
import type { AsyncOptions } from './options.ts';

/** Whole seconds after which a client that was refused is told to come back. */
const RETRY_AFTER_SECONDS = 1;
/** Nobody who has a job is sent away for longer: the pace may be another by then. */
const LONGEST_SECONDS = 20;
const INFER = /\/infer$/;
const KEY = 'idempotency-key';
/** Longer keys are no names any more. */
const MOST_KEY = 256;

/** Lets the gateway take jobs, and be asked for them. */
export function mountJobs(app: FastifyInstance, options: AsyncOptions, context: MountContext): Mounted {
  if (context.broker === undefined) throw new Error("pattern 'async' needs a broker in the configuration");
  const broker = createBroker({ ...context, address: context.broker, options });
  const backlog = watchBacklog(broker);
  publishResults(context.registry, broker);
  app.addHook('onClose', () => {
    backlog.close();
    return broker.close();
  });
  const desk: Desk = { ...context, broker, backlog, options };
  const accepting = atMost(options.maxAccepting, () => comeBack('too many jobs are being taken'));
  const asking = atMost(options.maxAsking, () => comeBack('too many ask for their jobs'));
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST' || !INFER.test(request.routeOptions.url ?? '')) return;
    if (prefersAsync(request.headers['prefer'])) return accepting(() => accept(request, reply, desk));
  });
  app.get<{ Params: { id: string } }>(`${JOBS_PATH}/:id`, async ({ params }, reply) => {
    const id = checkId(params.id);
    return send(reply, await asking(() => reach(() => statusOf(broker, id))), backlog);
  });
  app.delete<{ Params: { id: string } }>(`${JOBS_PATH}/:id`, async ({ params }, reply) => {
    const id = checkId(params.id);
    return send(reply, await asking(() => reach(() => cancel(broker, id))), backlog);
  });
  return { checkReady: async () => void broker.use() };
}

interface Desk extends Pick<MountContext, 'version' | 'metrics' | 'fallback'> {
  broker: Broker;
  backlog: Backlog;
  options: AsyncOptions;
}

async function accept(
  request: FastifyRequest,
  reply: FastifyReply,
  { broker, backlog, options, version, metrics, fallback }: Desk,
): Promise<FastifyReply> {
  const key = keyOf(request);
  const question = readPixels(request.body as InferRequest);
  const message = jobMessage({ version: version(), question, acceptedAt: Date.now() });
  const names = options.shortIds ? shortNames() : namesOf(key, message.data);
  const first = options.answersNow ? firstAnswer(await fallback(question)) : undefined;
  metrics.inFlight.inc();
  try {
    refuseLate(backlog, options);
    tellWhen(reply, backlog.took(await enqueue(broker, names, message, options)));
  } catch (error) {
    metrics.turnedAway.inc();
    const refused = error instanceof ProtocolError ? error : refusal(error, options);
    if (first && refused.statusCode === 503) return reply.send(first);
    throw refused;
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

/** What would be done too late to be of use is better not promised. */
function refuseLate(backlog: Backlog, { maxWaitSeconds }: AsyncOptions): void {
  const seconds = backlog.secondsOfNext();
  if (seconds <= maxWaitSeconds) return;
  throw comeBack(`it would be done in about ${Math.ceil(seconds)} s, and the limit is ${maxWaitSeconds} s`);
}

/** Whoever asks before that asks for nothing, and takes time from those who bring jobs. */
function tellWhen(reply: FastifyReply, seconds: number): void {
  if (seconds >= 1) reply.header('retry-after', String(Math.min(LONGEST_SECONDS, Math.ceil(seconds))));
}

/** A client that gets no job has this one alone, and is told that it is no answer of the model. */
function firstAnswer({ version, probabilities, servedBy }: Answer): InferResponse {
  const parameters = { served_by: servedBy, fallback_reason: 'first-stage' };
  return inferResponse(MODEL_NAME, { version, probabilities, parameters });
}

/** The job's place in the queue, counted from its first one ever. */
async function enqueue(
  broker: Broker,
  { id, once }: Names,
  { data, headers }: JobMessage,
  options: AsyncOptions,
): Promise<number> {
  const own = { msgID: once, headers, timeout: options.enqueueTimeoutMs };
  const { duplicate, seq } = await broker.publish(subjectOf.job(id), data, own);
  if (duplicate) await refuseOtherQuestion(broker, id);
  return seq;
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
  return comeBack(why);
}

function comeBack(why: string): ProtocolError {
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

function send(reply: FastifyReply, { state, document, seq }: Status, backlog: Backlog): FastifyReply {
  if (seq !== undefined) tellWhen(reply, backlog.secondsUntilEnded(seq));
  return reply
    .code(state === 'unknown' ? 404 : 200)
    .type('application/json')
    .send(document);
}
