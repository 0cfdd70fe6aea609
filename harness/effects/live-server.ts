import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GauntletError } from '#contract/errors.ts';

/** A file that is served as it is. */
export interface LiveFile {
  type: string;
  content: string;
}

export interface LiveServer {
  url: string;
  /** Tells every reader, now and whoever comes later, the newest of an event. */
  send(event: string, data: unknown): void;
  /** Resolves when every reader was told the last, or after a second. */
  close(): Promise<void>;
}

/** Nothing but what this server itself gives: no inline script, no other host, no frame around it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const MOST_READERS = 20;
/** A reader that is so far behind misses an event: each says all that is new. */
const MOST_UNREAD_BYTES = 1_000_000;
const LAST_WORDS_MS = 1_000;

/** Serves files by path, and `/events` as server-sent events, on 127.0.0.1 alone. Port 0: any that is free. */
export async function startLiveServer(files: Record<string, LiveFile>, port: number): Promise<LiveServer> {
  const newest = new Map<string, string>();
  const readers = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    // A page elsewhere that has its own name point here must not read it.
    if (!isLocal(request)) return refuse(response, 403);
    const path = (request.url ?? '/').split('?')[0]!;
    if (request.method !== 'GET') return refuse(response, 405);
    if (path === '/events') return attend(response);
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    if (!file) return refuse(response, 404);
    response.writeHead(200, { ...headers, 'content-type': file.type }).end(file.content);
  });
  const attend = (response: ServerResponse) => {
    if (readers.size >= MOST_READERS) return refuse(response, 503);
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' });
    for (const message of newest.values()) response.write(message);
    readers.add(response);
    response.on('close', () => readers.delete(response));
  };
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    send(event, data) {
      const message = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      newest.set(event, message);
      for (const reader of readers) if (reader.writableLength < MOST_UNREAD_BYTES) reader.write(message);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const reader of readers) reader.end();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), LAST_WORDS_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

const headers = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function isLocal({ headers: { host = '' } }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, headers).end();
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new GauntletError(
          'bad-option',
          `The live page can't be served on port ${port}: ${error.message}. Give another --live-port, or none.`,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}
