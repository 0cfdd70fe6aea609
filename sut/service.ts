import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Registry } from 'prom-client';
import type { Static, TSchema } from 'typebox';
import Type from 'typebox';
import { Default } from 'typebox/value';
import { problemsOf } from '#contract/validate.ts';
import { type FaultHandles, openFaultHook } from './fault-hook.ts';
import { answerErrorsInProtocolForm } from './protocol/errors.ts';

// What every service of the system has in common: how it reads its configuration, which endpoints it has besides its
// own, and how it ends.

/**
 * How far a heap grows before all of it is collected, in percent of what is in use: the most that V8 itself would
 * choose. Left alone it goes by how much time the last collections took, and of a small heap beside many buffers,
 * which is what large tensors are, it then collects everything every 150 ms: a tenth of the main thread.
 */
setFlagsFromString('--heap-growing-percent=300');

/** Bytes of a request body. */
const BODY_LIMIT = 1_048_576;
/** Milliseconds that requests in flight get to end after SIGTERM. */
const DRAIN_MS = 5_000;
const IDLE_CHECK_MS = 20;

export const CommonConfig = {
  host: Type.String({ default: '127.0.0.1' }),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  logLevel: Type.Enum(['silent', 'error', 'warn', 'info', 'debug'], { default: 'info' }),
  /** Loopback port on which faults can be asked for (fault-hook.ts); there is none where it is absent. */
  faultPort: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
};

export interface ServiceParts {
  name: string;
  registry: Registry;
  /** Resolves when the service answers a golden input right; rejects with the reason otherwise. */
  checkReady: () => Promise<void>;
}

/** A Fastify server with health, metrics and errors in the protocol's form. */
export function createService(parts: ServiceParts, logLevel: string): FastifyInstance {
  const app = Fastify({
    logger: { level: logLevel, base: { service: parts.name } },
    // A line per request would cost more than the request.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  answerErrorsInProtocolForm(app);
  app.get('/v2/health/live', () => ({ live: true }));
  app.get('/v2/health/ready', async (_, reply) => {
    try {
      await parts.checkReady();
      return { ready: true };
    } catch (error) {
      return reply.code(503).send({ error: (error as Error).message });
    }
  });
  app.get('/metrics', async (_, reply) => {
    reply.type(parts.registry.contentType);
    return parts.registry.metrics();
  });
  return app;
}

/** Reads `--config FILE` and checks it; ends the process with 64 and every problem when it doesn't fit. */
export function configFromArguments<T extends TSchema>(schema: T): Static<T> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) return refuse('--config FILE is missing');
  const config = Default(schema, readJson(values.config));
  const problems = problemsOf(schema, config);
  if (problems.length > 0) return refuse(`${values.config}:\n  ${problems.join('\n  ')}`);
  return config as Static<T>;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return refuse(`${file}: ${(error as Error).message}`);
  }
}

/** Ends the process with 64 and the reason why it can't be what its configuration says. */
export function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(64);
}

/** Listens, and drains on SIGTERM and SIGINT: no new connection, requests in flight get their answers. */
export async function serve(
  app: FastifyInstance,
  config: { host: string; port: number; faultPort?: number },
  handles: FaultHandles = {},
): Promise<void> {
  if (config.faultPort !== undefined) await openFaultHook(app, config.faultPort, handles);
  let ending = false;
  const end = (signal: string) => {
    if (ending) return;
    ending = true;
    // A compiler at work in the background could hold up the exit for ever (nodejs/node#54918): it gets no more work.
    setFlagsFromString('--no-maglev');
    setFlagsFromString('--no-concurrent-sparkplug');
    app.log.info({ signal }, 'draining');
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    // Connections that were busy at the signal are kept alive after their answer, and would hold up the end.
    setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS).unref();
    void app.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  await app.listen({ host: config.host, port: config.port });
}
