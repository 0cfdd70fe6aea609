// A model server whose answer times are known: one request at a time, each after the same time. On `POST /stall` it
// stands still, its event loop blocked, and says when it stopped and when it went on.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { inferResponse } from '#sut/protocol/infer.ts';
import { ANSWER, INFER_PATH, MODEL, type ServerConfig, type StallStamps } from './setup.ts';

/** Every connection that comes during the stall waits to be accepted. */
const BACKLOG = 4_096;
/** It ends by itself after this, whatever became of those who started it. */
const LIFE_MS = 120_000;

const { config } = parseArgs({ options: { config: { type: 'string' } } }).values;
const { port, serviceMs, stallMs } = JSON.parse(readFileSync(config!, 'utf8')) as ServerConfig;
let freeAt = 0;

const server = createServer((request, reply) => {
  if (request.url === INFER_PATH) void infer(request, reply);
  else if (request.url === '/v2/health/ready') reply.end();
  else if (request.url === '/stall') respond(reply, 200, stall());
  else respond(reply, 404, { error: `there is no ${request.url}` });
});
// A client that pauses for longer than Node's 5 s would find its connection closed.
server.keepAliveTimeout = LIFE_MS;
server.listen({ port, host: '127.0.0.1', backlog: BACKLOG });
setTimeout(() => process.exit(), LIFE_MS).unref();

async function infer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
  try {
    JSON.parse(await text(request));
  } catch (error) {
    return respond(reply, 400, { error: (error as Error).message });
  }
  const now = performance.now();
  // By arithmetic on instants: timers that come a little late must not make the server slower.
  freeAt = Math.max(now, freeAt) + serviceMs;
  const answer = inferResponse(MODEL.name, {
    version: MODEL.version,
    probabilities: ANSWER,
    parameters: { served_by: 'primary' },
  });
  setTimeout(() => respond(reply, 200, answer), freeAt - now);
}

function stall(): StallStamps {
  const stoppedAt = Date.now();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
  return { stoppedAt, wentOnAt: Date.now() };
}

function respond(reply: ServerResponse, status: number, body: object): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
