import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { ERRORS_PATH, type Errors, ErrorsSchema } from '#contract/fault.ts';
import { problemsOf } from '#contract/validate.ts';
import { ProtocolError } from './protocol/errors.ts';

// Toxiproxy draws per connection, so errors per request must be made inside the service. They are asked for on a port
// of their own, which there is only where the configuration names one: the public port knows nothing of it.

const LOOPBACK = '127.0.0.1';
const NO_ERRORS: Errors = { share: 0, status: 503, seed: 0 };

/** Lets whoever reaches the loopback port make the service answer inferences with errors. Call before it listens. */
export async function openFaultHook(app: FastifyInstance, port: number): Promise<void> {
  let errors = NO_ERRORS;
  let fails = drawErrors(errors);
  app.addHook('preHandler', async ({ method }) => {
    // Inferences are what is posted; health and metrics must stay readable.
    if (method === 'POST' && fails()) throw new ProtocolError(errors.status, 'an error that was asked for');
  });
  const server = createServer((request, response) => {
    answer(
      request,
      response,
      () => errors,
      (asked) => {
        errors = asked;
        fails = drawErrors(asked);
      },
    ).catch((error) => reply(response, 400, { error: (error as Error).message }));
  });
  app.addHook('onClose', () => close(server));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
}

/** Whether the next inference fails: drawn for each, the same draws for the same seed. */
export function drawErrors({ share, seed }: Pick<Errors, 'share' | 'seed'>): () => boolean {
  const generator = xoroshiro128plus(seed);
  return () => share > 0 && (generator.next() >>> 0) / 2 ** 32 < share;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  current: () => Errors,
  set: (errors: Errors) => void,
): Promise<void> {
  if (request.url !== ERRORS_PATH) return reply(response, 404, { error: `only ${ERRORS_PATH} is here` });
  if (request.method === 'PUT') {
    const asked: unknown = JSON.parse(await textOf(request));
    const problems = problemsOf(ErrorsSchema, asked);
    if (problems.length > 0) return reply(response, 400, { error: problems.join('; ') });
    set(asked as Errors);
  }
  reply(response, 200, current());
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
