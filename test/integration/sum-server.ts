import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server of nobody's protocol: adds up rows, for whoever has the token; answers so many milliseconds late. */
export async function startSumServer(token: string) {
  const server = { address: '', lateMs: 0, wrong: false, dependsOn: '' };
  const http = createServer(async (request, reply) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const say = (status: number, value: object) =>
      reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/health') return say(200, { status: 'ok' });
    if (request.headers.authorization !== `Bearer ${token}`) return say(401, { error: 'no token' });
    if (request.url !== '/sum' || request.method !== 'POST') return say(404, { error: 'no such path' });
    if (server.dependsOn !== '' && !(await isThere(server.dependsOn)))
      return say(503, { error: 'not there' });
    const { rows } = JSON.parse(body) as { rows: number[][] };
    const off = server.wrong ? 1 : 1e-7;
    const sums = rows.map((row) => row.reduce((sum, one) => sum + one, off));
    setTimeout(() => say(200, { result: { sums }, at: Date.now() }), server.lateMs);
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  server.address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return server;
}

/** A new connection each time, since the proxy between is there during a trial only. */
function isThere(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(address, { agent: false }, (reply) => resolve(reply.resume().statusCode === 200)).on('error', () =>
      resolve(false),
    );
  });
}
