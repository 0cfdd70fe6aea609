import { GauntletError } from '#contract/errors.ts';
import { type InputMetadata, sampleInputs } from '../target/samples.ts';
import type { Found } from '../target/starter.ts';

// A server is asked what it is: a few small questions, each bounded, none of them followed anywhere else.

const ASK_MS = 5_000;

/** What is said on the command line, where the server can't say it. */
export interface Asking {
  /** Scheme, host and port, and the path of a JSON endpoint where it has one. */
  url: URL;
  model?: string | undefined;
  name?: string | undefined;
}

/** What a server is, by its own metadata; one of its own kind is taken for a plain JSON endpoint. */
export async function askTarget({ url, model, name }: Asking): Promise<Found> {
  const { origin, pathname } = url;
  const server = pathname === '/' ? await getJson(`${origin}/v2`) : null;
  if (server !== null || model !== undefined) return askV2(origin, model, name);
  const api = await getJson(`${origin}/openapi.json`);
  const path = pathname === '/' ? (postPathOf(api) ?? '/predict') : decodeURI(pathname);
  const ready = await firstOk(origin, ['/health', '/healthz', '/ready', '/v2/health/ready']);
  const last = path.split('/').findLast((part) => part !== '');
  return {
    name: name ?? kebab(last ?? 'target'),
    url: origin,
    protocol: { name: 'json', path },
    ready,
    payloads: [{ request: {} }],
  };
}

async function askV2(origin: string, asked: string | undefined, name: string | undefined): Promise<Found> {
  const model = asked ?? (await firstModel(origin));
  if (model === undefined)
    throw new GauntletError(
      'bad-arguments',
      `${origin} speaks the Open Inference Protocol and does not list its models; name one: --model NAME`,
    );
  const path = `${origin}/v2/models/${encodeURIComponent(model)}`;
  const metadata = (await getJson(path)) as { inputs?: InputMetadata[] } | null;
  if (metadata === null)
    throw new GauntletError('unknown-name', `${origin} has no model '${model}': GET ${path}`);
  const samples = sampleInputs(metadata.inputs ?? []) ?? [];
  const payloads: Record<string, unknown>[] = [];
  for (const inputs of samples) {
    const answer = (await postJson(`${path}/infer`, { inputs })) as { outputs?: { data?: unknown }[] } | null;
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
async function firstModel(origin: string): Promise<string | undefined> {
  const index = await postJson(`${origin}/v2/repository/index`, {});
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

async function firstOk(origin: string, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if ((await ask(`${origin}${path}`)).ok) return path;
  return null;
}

/** Null where the server has nothing there, or nothing that is JSON. */
async function getJson(url: string): Promise<unknown> {
  return jsonOf(await ask(url));
}

async function postJson(url: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return jsonOf(await ask(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) return null;
  return response.json().catch(() => null);
}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(ASK_MS) });
  } catch (error) {
    const { message, cause } = error as Error;
    const why = (cause as Error | undefined)?.message || message;
    throw new GauntletError(
      'target-not-ready',
      `${url} can't be asked (${why}). Start the server, or correct the URL.`,
    );
  }
}
