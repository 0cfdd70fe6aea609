import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { TSchema } from 'typebox';
import {
  type AskedModel,
  AskedModelSchema,
  ERRORS_PATH,
  type Errors,
  ErrorsSchema,
  type LostSlots,
  LostSlotsSchema,
  MODEL_PATH,
  SLOTS_PATH,
} from '#contract/fault.ts';
import { problemsOf } from '#contract/validate.ts';
import { ProtocolError } from './protocol/errors.ts';

// Toxiproxy draws per connection, so errors per request must be made inside the service, and a model is swapped in it.
// Both are asked for on a port of their own, which there is only where the configuration names one: the public port
// knows nothing of it.

const LOOPBACK = '127.0.0.1';
const NO_ERRORS: Errors = { share: 0, status: 503, seed: 0 };

/** What a service lets be done to it besides answering errors. */
export interface FaultHandles {
  /** Absent where it asks for no model. */
  askedModel?: { version(): string; swapTo(version: string): Promise<void> };
  /** Absent where it has no accelerator. */
  slots?: { readonly all: number; lost(): number; lose(count: number): void };
}

/** One path of the port: what it tells, and what it does with a value of its schema. */
interface Handle {
  schema: TSchema;
  read(): unknown;
  write(value: unknown): void | Promise<void>;
}

/** Lets whoever reaches the loopback port do these things to the service. Call before it listens. */
export async function openFaultHook(
  app: FastifyInstance,
  port: number,
  { askedModel, slots }: FaultHandles,
): Promise<void> {
  const handles: Record<string, Handle> = {
    [ERRORS_PATH]: errorsHandle(app),
    ...(askedModel ? { [MODEL_PATH]: modelHandle(askedModel) } : {}),
    ...(slots ? { [SLOTS_PATH]: slotsHandle(slots) } : {}),
  };
  const server = createServer((request, response) => {
    answer(request, response, handles).catch((error) =>
      reply(response, 400, { error: (error as Error).message }),
    );
  });
  app.addHook('onClose', () => close(server));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
}

function errorsHandle(app: FastifyInstance): Handle {
  let errors = NO_ERRORS;
  let fails = drawErrors(errors);
  app.addHook('preHandler', async ({ method }) => {
    // Inferences are what is posted; health and metrics must stay readable.
    if (method === 'POST' && fails()) throw new ProtocolError(errors.status, 'an error that was asked for');
  });
  return {
    schema: ErrorsSchema,
    read: () => errors,
    write(asked) {
      errors = asked as Errors;
      fails = drawErrors(errors);
    },
  };
}

function modelHandle({ version, swapTo }: NonNullable<FaultHandles['askedModel']>): Handle {
  return {
    schema: AskedModelSchema,
    read: (): AskedModel => ({ version: version() }),
    write: (asked) => swapTo((asked as AskedModel).version),
  };
}

function slotsHandle(slots: NonNullable<FaultHandles['slots']>): Handle {
  return {
    schema: LostSlotsSchema,
    read: (): LostSlots => ({ lost: slots.lost() }),
    write(asked) {
      const { lost } = asked as LostSlots;
      if (lost > slots.all) throw new Error(`it has ${slots.all} slots and can't lose ${lost}`);
      slots.lose(lost);
    },
  };
}

/** Whether the next inference fails: drawn for each, the same draws for the same seed. */
export function drawErrors({ share, seed }: Pick<Errors, 'share' | 'seed'>): () => boolean {
  const generator = xoroshiro128plus(seed);
  return () => share > 0 && (generator.next() >>> 0) / 2 ** 32 < share;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handles: Record<string, Handle>,
): Promise<void> {
  const handle = handles[request.url ?? ''];
  if (!handle) return reply(response, 404, { error: `only ${Object.keys(handles).join(', ')} is here` });
  if (request.method === 'PUT') {
    const asked: unknown = JSON.parse(await textOf(request));
    const problems = problemsOf(handle.schema, asked);
    if (problems.length > 0) return reply(response, 400, { error: problems.join('; ') });
    await handle.write(asked);
  }
  reply(response, 200, handle.read() as object);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
