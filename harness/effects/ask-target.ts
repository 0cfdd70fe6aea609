import { GauntletError } from '#contract/errors.ts';
import type { FromEnv } from '#contract/target.ts';
import { type InputMetadata, sampleInputs } from '../target/samples.ts';
import type { Found } from '../target/starter.ts';
import { headersOf } from './target.ts';

// A server is asked what it is: a few small questions, each bounded, none of them followed anywhere else.

const ASK_MS = 5_000;

/** What is said on the command line, where the server can't say it. */
export interface Asking {
  /** Scheme, host and port, and the path of a JSON endpoint where it has one. */
  url: URL;
  model?: string | undefined;
  name?: string | undefined;
  /** Sent with every question; what comes from the environment is in no file and no message. */
  headers?: Record<string, FromEnv> | undefined;
}

/** Whom the questions go to. */
interface Server {
  origin: string;
  headers: Record<string, string>;
}

/** What a server is, by its own metadata; one of its own kind is taken for a plain JSON endpoint. */
export async function askTarget({ url, model, name, headers }: Asking): Promise<Found> {
  const { origin, pathname } = url;
  const server = { origin, headers: headersOf({ headers: headers ?? {} }) };
  const found = await askProtocol(server, pathname, model, name);
  return headers === undefined ? found : { ...found, headers };
}

async function askProtocol(server: Server, pathname: string, model?: string, name?: string): Promise<Found> {
  const { origin } = server;
  const metadata = pathname === '/' ? await getJson(server, '/v2') : null;
  if (metadata !== null || model !== undefined) return askV2(server, model, name);
  const api = await getJson(server, '/openapi.json');
  const path = pathname === '/' ? (postPathOf(api) ?? '/predict') : decodeURI(pathname);
  const ready = await firstOk(server, ['/health', '/healthz', '/ready', '/v2/health/ready']);
  const last = path.split('/').findLast((part) => part !== '');
  return {
    name: name ?? kebab(last ?? 'target'),
    url: origin,
    protocol: { name: 'json', path },
    ready,
    payloads: [{ request: {} }],
  };
}

async function askV2(server: Server, asked?: string, name?: string): Promise<Found> {
  const { origin } = server;
  const model = asked ?? (await firstModel(server));
  if (model === undefined)
    throw new GauntletError(
      'bad-arguments',
      `${origin} speaks the Open Inference Protocol and does not list its models; name one: --model NAME`,
    );
  const path = `/v2/models/${encodeURIComponent(model)}`;
  const metadata = (await getJson(server, path)) as { inputs?: InputMetadata[] } | null;
  if (metadata === null)
    throw new GauntletError('unknown-name', `${origin} has no model '${model}': GET ${origin}${path}`);
  const samples = sampleInputs(metadata.inputs ?? []) ?? [];
  const payloads: Record<string, unknown>[] = [];
  for (const inputs of samples) {
    const answer = (await postJson(server, `${path}/infer`, { inputs })) as {
      outputs?: { data?: unknown }[];
    } | null;
    const expected = answer?.outputs?.[0]?.data;
    payloads.push(expected === undefined ? { inputs } : { inputs, expected });
  }
  // All of them have what is right, or none.
  const isWhole = payloads.every((payload) => 'expected' in payload);
  return {
    name: name ?? kebab(model),
    url: origin,
    protocol: { name: 'v2', model },
    ready: null,
    payloads: isWhole ? payloads : samples.map((inputs) => ({ inputs })),
  };
}

/** Triton and MLServer list their models; the protocol itself has no such question. */
async function firstModel(server: Server): Promise<string | undefined> {
  const index = await postJson(server, '/v2/repository/index', {});
  if (!Array.isArray(index)) return undefined;
  return (index as { name?: string; state?: string }[]).find(({ state = 'READY' }) => state === 'READY')
    ?.name;
}

/** The first path of an OpenAPI document that takes a POST. */
function postPathOf(api: unknown): string | undefined {
  const paths = (api as { paths?: Record<string, object> } | null)?.paths ?? {};
  return Object.entries(paths).find(([path, methods]) => 'post' in methods && !path.includes('{'))?.[0];
}

function kebab(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'target' : name;
}

async function firstOk(server: Server, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if ((await ask(server, path)).ok) return path;
  return null;
}

/** Null where the server has nothing there, or nothing that is JSON. */
async function getJson(server: Server, path: string): Promise<unknown> {
  return jsonOf(await ask(server, path));
}

async function postJson(server: Server, path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return jsonOf(await ask(server, path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) return null;
  return response.json().catch(() => null);
}

async function ask({ origin, headers }: Server, path: string, init: RequestInit = {}): Promise<Response> {
  const bounds = { redirect: 'manual', signal: AbortSignal.timeout(ASK_MS) } as const;
  const response = await fetch(`${origin}${path}`, {
    ...init,
    headers: { ...headers, ...(init.headers as Record<string, string>) },
    ...bounds,
  }).catch((error: Error) => {
    const why = (error.cause as Error | undefined)?.message || error.message;
    throw new GauntletError(
      'target-not-ready',
      `${origin}${path} can't be asked (${why}). Start the server, or correct the URL.`,
    );
  });
  if (response.status !== 401) return response;
  const names = Object.keys(headers);
  throw new GauntletError(
    'bad-arguments',
    `${origin}${path} answers 401 when it is asked ${names.length > 0 ? `with ${names.join(', ')}` : 'without a token'}. ` +
      'A token is taken from the environment: --bearer VARIABLE, or --header NAME=VARIABLE.',
  );
}
