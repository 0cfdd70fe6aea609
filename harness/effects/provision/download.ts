import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';

export type DownloadLimits = {
  /** Until a connection stands, name look-up included. */
  connectMs: number;
  /** Without a single byte; a download that is slow and moves goes on. */
  idleMs: number;
  totalMs: number;
  bytes: number;
  redirects: number;
};

export const DOWNLOAD_LIMITS: DownloadLimits = {
  connectMs: 5_000,
  idleMs: 15_000,
  totalMs: 15 * 60_000,
  bytes: 200_000_000,
  redirects: 5,
};

export type DownloadOptions = {
  limits: DownloadLimits;
  /** Where a proxy is named, as in HTTPS_PROXY and NO_PROXY. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal | undefined;
};

const MAX_TEXT_BYTES = 1_000_000;
const PROGRESS_EVERY_MS = 1_000;

/** Writes what is at an address into a new file; resolves to its SHA-256. The total is null where it isn't told. */
export function download(
  url: URL,
  file: string,
  options: DownloadOptions,
  onProgress: (bytes: number, total: number | null) => void,
): Promise<string> {
  return withResponse(url, options, async ({ body, headers }, signal) => {
    const total = Number(headers['content-length'] ?? Number.NaN) || null;
    if (total !== null && total > options.limits.bytes) throw tooLarge(options.limits.bytes);
    const hash = createHash('sha256');
    let reportedMs = Number.NEGATIVE_INFINITY;
    const report = (bytes: number): void => {
      if (performance.now() - reportedMs < PROGRESS_EVERY_MS) return;
      reportedMs = performance.now();
      onProgress(bytes, total);
    };
    const hashed = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of atMost(options.limits.bytes, chunks, report)) {
        hash.update(chunk);
        yield chunk;
      }
    };
    await pipeline(body, hashed, createWriteStream(file, { flags: 'wx' }), { signal });
    return hash.digest('hex');
  });
}

/** The text at an address, if it is small. */
export function fetchText(url: URL, options: DownloadOptions): Promise<string> {
  return withResponse(url, options, async ({ body }) => {
    const chunks: Buffer[] = [];
    for await (const chunk of atMost(MAX_TEXT_BYTES, body)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  });
}

/** Resolves when there is something at an address, of which it takes nothing. */
export function knock(url: URL, options: DownloadOptions): Promise<void> {
  return withResponse(url, options, async () => {});
}

async function* atMost(
  limit: number,
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit);
    onBytes(bytes);
    yield chunk;
  }
}

const tooLarge = (limit: number): Error => new Error(`it is larger than ${limit / 1e6} MB`);

/** Hands on a response of status 200. Every failure names the address. */
async function withResponse<T>(
  url: URL,
  { limits, env, signal }: DownloadOptions,
  use: (response: Dispatcher.ResponseData, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Loaded here, since every command would wait for what only a download needs.
  const { EnvHttpProxyAgent, request } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({
    connectTimeout: limits.connectMs,
    headersTimeout: limits.idleMs,
    bodyTimeout: limits.idleMs,
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  });
  const late = AbortSignal.timeout(limits.totalMs);
  const ended = signal ? AbortSignal.any([signal, late]) : late;
  try {
    const headers = { 'user-agent': 'gauntlet' };
    const ask = (at: URL) => request(at, { dispatcher, headers, signal: ended });
    return await use(await follow(url, ask, limits.redirects), ended);
  } catch (error) {
    const words = late.aborted
      ? `not done after ${limits.totalMs / 60_000} minutes`
      : wordsFor(error as NodeJS.ErrnoException, limits);
    throw new Error(`${url}: ${words}`);
  } finally {
    // Also ends a response that nobody read to its end.
    await dispatcher.destroy();
  }
}

async function follow(
  url: URL,
  ask: (url: URL) => Promise<Dispatcher.ResponseData>,
  redirects: number,
): Promise<Dispatcher.ResponseData> {
  const response = await ask(url);
  const { statusCode, headers } = response;
  if (statusCode === 200) return response;
  await response.body.dump();
  if (![301, 302, 303, 307, 308].includes(statusCode)) throw new Error(`it answers ${statusCode}`);
  if (redirects === 0) throw new Error('too many redirects');
  return follow(redirectedTo(url, headers['location']), ask, redirects - 1);
}

/** Where a redirect leads; never from https to http, where anybody on the way could change what comes. */
export function redirectedTo(from: URL, location: string | string[] | undefined): URL {
  const to = URL.parse(String(location ?? ''), from.href);
  if (location === undefined || to === null) throw new Error('it redirects to nowhere');
  const allowed = from.protocol === 'https:' ? ['https:'] : ['https:', 'http:'];
  if (!allowed.includes(to.protocol))
    throw new Error(`it redirects to ${to.protocol}//, which is not followed`);
  return to;
}

function wordsFor({ code, message }: NodeJS.ErrnoException, { connectMs, idleMs }: DownloadLimits): string {
  const idle = `nothing came for ${idleMs / 1000} s`;
  const words: Record<string, string> = {
    ENOTFOUND: 'the name of the host is not known here',
    EAI_AGAIN: 'the name of the host could not be looked up',
    ECONNREFUSED: 'the connection was refused',
    UND_ERR_CONNECT_TIMEOUT: `no connection within ${connectMs / 1000} s`,
    UND_ERR_HEADERS_TIMEOUT: idle,
    UND_ERR_BODY_TIMEOUT: idle,
    UND_ERR_SOCKET: 'the connection ended early',
  };
  return words[code ?? ''] ?? (message || `${code}`);
}
