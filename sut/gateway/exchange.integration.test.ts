import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { exchange } from './exchange.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A server of one connection's worth: what it does with each call is the test's. */
async function poolTo(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Pool> {
  const server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
  ends.push(() => pool.destroy());
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return pool;
}

const call = { path: '/', method: 'POST', body: 'question' } as const;

test('an answer that comes in pieces is given whole, with its status and headers', async () => {
  const pool = await poolTo((_, response) => {
    response.writeHead(418, { 'x-own': 'yes' });
    response.write('one ');
    setImmediate(() => response.end('two'));
  });
  const { status, headers, body } = await exchange(pool, call);
  expect({ status, own: headers['x-own'], text: Buffer.from(body).toString() }).toEqual({
    status: 418,
    own: 'yes',
    text: 'one two',
  });
});

test('a call that is given up while it waits for a connection is never sent', async () => {
  let asked = 0;
  const answers: (() => void)[] = [];
  const pool = await poolTo((_, response) => {
    asked += 1;
    answers.push(() => response.end());
  });
  const first = exchange(pool, call);
  await expect.poll(() => answers.length).toBe(1);
  const giveUp = new AbortController();
  const second = exchange(pool, call, giveUp.signal);
  giveUp.abort(new Error('too late'));
  await expect(second).rejects.toThrow('too late');
  answers[0]!();
  await first;
  const third = exchange(pool, call);
  await expect.poll(() => answers.length).toBe(2);
  answers[1]!();
  await third;
  expect(asked).toBe(2);
});

test('a call that is given up under way takes its connection along, and the next one gets another', async () => {
  let asked = 0;
  const pool = await poolTo((_, response) => {
    asked += 1;
    if (asked === 2) response.end('second');
  });
  const giveUp = new AbortController();
  const first = exchange(pool, call, giveUp.signal);
  await expect.poll(() => asked).toBe(1);
  giveUp.abort(new Error('too late'));
  await expect(first).rejects.toThrow('too late');
  expect(Buffer.from((await exchange(pool, call)).body).toString()).toBe('second');
});

test('one whose signal has aborted before is not sent, and a connection that breaks is an error', async () => {
  let asked = 0;
  const pool = await poolTo((request) => {
    asked += 1;
    request.socket.destroy();
  });
  await expect(exchange(pool, call, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  expect(asked).toBe(0);
  await expect(exchange(pool, call)).rejects.toThrow();
  expect(asked).toBe(1);
});
