import {
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type JetStreamPublishOptions,
  jetstream,
  jetstreamManager,
  type PubAck,
  type StoredMsg,
} from '@nats-io/jetstream';
import { connect, type NatsConnection, TimeoutError } from '@nats-io/transport-node';
import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { CallOutcome } from '#contract/names.ts';
import type { AsyncOptions } from '../patterns/async/options.ts';
import { brokerMetrics } from '../telemetry/metrics.ts';
import { ensureStreams } from './streams.ts';

const RECONNECT_MS = 100;
/** A link on which nothing comes back is given up after two of these. */
const PING_MS = 1_000;
const CALL_MS = 2_000;
/** The link is asked whether it lives so often, and gets so long to say so. */
const PROBE_EVERY_MS = 500;
const PROBE_MS = 1_000;
/** Whoever reads the metrics does not wait for the broker. */
const AT_ONCE_MS = 200;

/** One connection to the broker, which comes back by itself for as long as the service lives. */
export interface Broker {
  /** The connection; rejects while there is none. */
  use(): Connected;
  /** Resolves when it was connected for the first time, with everything made that is needed there. */
  ready: Promise<Connected>;
  /** Calls counted as the gateway's calls to the model server are. */
  publish(
    subject: string,
    data: Uint8Array | string,
    options?: Partial<JetStreamPublishOptions>,
  ): Promise<PubAck>;
  /** How many messages a stream has, and had; null where the broker doesn't say so at once. */
  countsOf(stream: string): Promise<StreamCounts | null>;
  /** The last message of a subject; null where there is none. */
  last(stream: string, subject: string): Promise<StoredMsg | null>;
  close(): Promise<void>;
}

export interface StreamCounts {
  messages: number;
  last_seq: number;
  num_subjects?: number;
}

export interface Connected {
  connection: NatsConnection;
  client: JetStreamClient;
  manager: JetStreamManager;
}

interface BrokerParts {
  address: string;
  options: AsyncOptions;
  registry: Registry;
  log: FastifyBaseLogger;
}

/** Connects in the background: a service is up, and says so, while its broker isn't. */
export function createBroker({ address, options, registry, log }: BrokerParts): Broker {
  const metrics = brokerMetrics(registry);
  let connected: Connected | null = null;
  let closing = false;
  /** How a call ends that there is no connection for: as that ended. */
  let lost: CallOutcome = 'error';
  const ready = start();
  ready.catch(() => {});

  async function start(): Promise<Connected> {
    const connection = await connectTo(address);
    if (closing) await connection.close();
    const made: Connected = {
      connection,
      client: jetstream(connection, { timeout: CALL_MS }),
      manager: await persist(() => jetstreamManager(connection, { timeout: CALL_MS, checkAPI: false })),
    };
    await persist(() => ensureStreams(made.manager, options));
    connected = made;
    void follow(made);
    void probe();
    return made;
  }

  /** A broker whose streams were in its memory comes back without them. */
  async function follow(made: Connected): Promise<void> {
    for await (const { type } of made.connection.status()) {
      if (type === 'staleConnection') lost = 'timeout';
      if (type === 'disconnect') connected = null;
      if (type !== 'reconnect') continue;
      log.info('the broker is back');
      await persist(() => ensureStreams(made.manager, options));
      connected = made;
      lost = 'error';
    }
  }

  /** A service that has nothing to ask would not know that nobody answers. */
  async function probe(): Promise<void> {
    while (!closing) {
      await counted(({ connection }) => within(connection.flush(), PROBE_MS)).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
    }
  }

  async function persist<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (closing) throw error;
        log.warn({ reason: (error as Error).message }, 'the broker is not ready');
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      }
    }
  }

  async function counted<T>(call: (connected: Connected) => Promise<T>): Promise<T> {
    const started = performance.now();
    let outcome: CallOutcome = 'error';
    metrics.started.inc();
    try {
      const result = await call(use());
      outcome = 'ok';
      return result;
    } catch (error) {
      outcome = connected === null ? lost : outcomeOf(error);
      throw error;
    } finally {
      metrics.calls.inc({ outcome });
      metrics.duration.observe({ outcome }, (performance.now() - started) / 1000);
    }
  }

  function use(): Connected {
    if (connected === null) throw new Error('the broker is not connected');
    return connected;
  }

  return {
    use,
    ready,
    publish: (subject, data, own) => counted(({ client }) => client.publish(subject, data, own)),
    async countsOf(stream) {
      try {
        return (await within(use().manager.streams.info(stream), AT_ONCE_MS)).state;
      } catch {
        return null;
      }
    },
    last: (stream, subject) =>
      counted(({ manager }) => manager.direct.getMessage(stream, { last_by_subj: subject })),
    async close() {
      closing = true;
      await connected?.connection.close();
    },
  };
}

/** One that isn't there yet is waited for like one that was. */
function connectTo(address: string): Promise<NatsConnection> {
  return connect({
    servers: address,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    reconnectJitter: RECONNECT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    timeout: CALL_MS,
  });
}

function within<T>(call: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError()), ms);
  });
  return Promise.race([call, late]).finally(() => clearTimeout(timer));
}

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof JetStreamApiError) return 'rejected';
  return error instanceof TimeoutError ? 'timeout' : 'error';
}

/** The stream has as many messages as it may have, or the subject has its one. */
export function isRefusal(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === MAXIMUM_EXCEEDED;
}

const MAXIMUM_EXCEEDED = 10_077;
