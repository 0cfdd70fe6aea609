import { Toxiproxy, type Proxy as ToxiproxyLink } from 'toxiproxy-node-client';
import { GauntletError } from '#contract/errors.ts';
import type { FaultAction } from '#contract/fault.ts';
import type { Link } from '#contract/names.ts';
import { bounded } from './bounded.ts';
import type { ChildHandle } from './process.ts';
import { refuseDangerous, type WantedToxic } from './toxics.ts';

const CALL_MS = 3_000;
const START_MS = 5_000;

/** One Toxiproxy process, its control API, and the proxies of the links that were put through it. */
export interface ToxiproxyControl {
  /** `upstream` is a port of this machine, or `host:port`. */
  addProxy(link: Link, listenPort: number, upstream: number | string): Promise<void>;
  addToxic(action: Extract<FaultAction, { do: 'add-toxic' }>): Promise<void>;
  removeToxic(link: Link, name: string): Promise<void>;
  /** Off: open connections are closed and new ones refused. */
  setProxy(link: Link, enabled: boolean): Promise<void>;
  healAll(): Promise<void>;
  /** Every toxic that is in place and every proxy that is off, in words. */
  residue(): Promise<string[]>;
}

export async function controlToxiproxy(
  child: Pick<ChildHandle, 'exit'>,
  controlPort: number,
): Promise<ToxiproxyControl> {
  const client = new Toxiproxy(`http://127.0.0.1:${controlPort}`);
  await waitUntilUp(client, child);
  const proxyName = (link: Link) => link.replace('->', '_to_');
  // With its process every toxic is gone.
  const isGone = () => child.exit() !== null;
  const proxyOf = (link: Link) => call(client.get(proxyName(link)), `finding the proxy of ${link}`);

  return {
    async addProxy(link, listenPort, upstream) {
      const body = {
        name: proxyName(link),
        listen: `127.0.0.1:${listenPort}`,
        upstream: typeof upstream === 'number' ? `127.0.0.1:${upstream}` : upstream,
      };
      await call(client.createProxy(body), `creating the proxy of ${link}`);
    },
    async addToxic({ link, toxic }) {
      refuseDangerous(toxic);
      const proxy = await proxyOf(link);
      await call(
        proxy.addToxic({ ...toxic, type: toxic.type as never }),
        `adding '${toxic.name}' to ${link}`,
      );
      await verifyToxic(proxy, link, toxic);
    },
    async removeToxic(link, name) {
      const proxy = await proxyOf(link);
      const toxic = await call(proxy.getToxic(name), `finding '${name}' on ${link}`);
      await call(toxic.remove(), `removing '${name}' from ${link}`);
    },
    async setProxy(link, enabled) {
      const proxy = await proxyOf(link);
      const { listen, upstream } = proxy;
      const to = enabled ? 'on' : 'off';
      const found = await call(proxy.update({ listen, upstream, enabled }), `turning ${link} ${to}`);
      if (found.enabled !== enabled)
        throw new GauntletError('tool-died', `Toxiproxy did not turn ${link} ${to}.`);
    },
    async healAll() {
      if (isGone()) return;
      await call(client.reset(), 'healing all links');
    },
    async residue() {
      if (isGone()) return [];
      // The client's own Proxy leaves the toxics out, so they are read through its API.
      const { data } = await call(
        client.api.get<AllProxies>(`${client.host}/proxies`),
        'reading all proxies',
      );
      return Object.values(data).flatMap((proxy) => [
        ...(proxy.enabled ? [] : [`${proxy.name} is off`]),
        ...proxy.toxics.map((toxic) => `${toxic.name} on ${proxy.name}`),
      ]);
    },
  };
}

type AllProxies = Record<string, { name: string; enabled: boolean; toxics: { name: string }[] }>;

/** Toxiproxy ignores attributes that it doesn't know and takes zero for them; so what was set is read back. */
async function verifyToxic(proxy: ToxiproxyLink, link: Link, wanted: WantedToxic): Promise<void> {
  const found = await call(
    proxy.getToxic<Record<string, number>>(wanted.name),
    `reading '${wanted.name}' back`,
  );
  const wrong = Object.entries(wanted.attributes).filter(([name, value]) => found.attributes[name] !== value);
  if (wrong.length === 0) return;
  const words = wrong.map(([name, value]) => `${name} is ${found.attributes[name]}, not ${value}`).join(', ');
  throw new GauntletError(
    'tool-died',
    `Toxiproxy did not take '${wanted.name}' on ${link} as asked: ${words}.`,
  );
}

async function waitUntilUp(client: Toxiproxy, child: Pick<ChildHandle, 'exit'>): Promise<void> {
  const until = performance.now() + START_MS;
  while (performance.now() < until) {
    const exit = child.exit();
    if (exit)
      throw new GauntletError(
        'tool-died',
        `Toxiproxy ended at its start: ${exit.error ?? `code ${exit.code}`}.`,
      );
    try {
      await call(client.getVersion(), 'asking for its version');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new GauntletError('tool-died', `Toxiproxy did not answer within ${START_MS / 1000} s.`);
}

async function call<T>(promise: Promise<T>, what: string): Promise<T> {
  try {
    return await bounded(promise, CALL_MS, what);
  } catch (error) {
    throw new GauntletError('tool-died', `Toxiproxy: ${what}: ${(error as Error).message}`);
  }
}
