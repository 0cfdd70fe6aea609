import { join } from 'node:path';
import type { Effects, Stage, StageSetup } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import type { FaultAction } from '#contract/fault.ts';
import type { TargetLoad } from '#contract/load.ts';
import { type Link, TO_TARGET } from '#contract/names.ts';
import type { Target } from '#contract/target.ts';
import { answerOf, pathOf, readyPathOf } from '../target/adapter.ts';
import { hostAndPort } from '../target/address.ts';
import { systemClock } from './clock.ts';
import { type ReadyGenerator, readyGenerator } from './play-tape.ts';
import type { RealParts } from './real.ts';
import { type StartedProxy, startProxy } from './system.ts';

/** A target has so long to be ready; more where its dependencies are there only now, behind their proxies. */
const READY_MS = 3_000;
const READY_WITH_LINKS_MS = 30_000;
const ASK_MS = 3_000;
const ASK_AGAIN_MS = 250;
const PROXY_GRACE_MS = 1_000;

/** Effects on a server that is somebody's own: load reaches it by a proxy, and nothing of it is started or ended. */
export function targetEffects(parts: Omit<RealParts, 'launcher'>): Effects {
  return { clock: systemClock, raise: (setup) => raise(parts, setup) };
}

async function raise(parts: Omit<RealParts, 'launcher'>, setup: StageSetup): Promise<Stage> {
  const { target } = setup;
  if (!target) throw new Error(`${setup.trialId} has no target`);
  const folder = join(parts.runFolder, 'trials', setup.trialId);
  const ends = await endsOf(target, () => parts.ports.take());
  const proxy = await startProxy(parts, folder);
  let generator: ReadyGenerator | null = null;
  try {
    for (const { link, listen, upstream } of ends) await proxy.control.addProxy(link, listen, upstream);
    await untilReady(target, setup.signal);
    const player = { ...parts, requests: parts.requestsOf(setup), cores: parts.cores.load };
    generator = await readyGenerator(
      { ...player, scriptOf: () => parts.scriptOf('target') },
      {
        ...setup,
        folder,
        targetUrl: `${new URL(target.url).origin}${pathOf(target)}`,
        asks: asksOf(target, ends),
      },
    );
  } catch (error) {
    await proxy.child.stop({ graceMs: PROXY_GRACE_MS });
    throw error;
  }
  return stageOf(proxy, ends, generator);
}

interface LinkEnds {
  link: Link;
  /** Port of 127.0.0.1 that its proxy listens on. */
  listen: number;
  upstream: string;
}

async function endsOf({ url, links = {} }: Target, takePort: () => Promise<number>): Promise<LinkEnds[]> {
  const own = Object.entries(links).map(([name, ends]) => ({ link: `target->${name}` as const, ...ends }));
  return [{ link: TO_TARGET, listen: await takePort(), upstream: hostAndPort(url) }, ...own];
}

/** What k6 gets besides the tape. Of a secret it gets the variable's name; the value is in its environment already. */
function asksOf(target: Target, [first]: readonly LinkEnds[]): TargetLoad {
  const headers: TargetLoad['headers'] = {};
  const secrets: TargetLoad['secrets'] = {};
  for (const [name, value] of Object.entries(target.headers ?? {})) {
    if (typeof value === 'string') headers[name] = value;
    else secrets[name] = { variable: value.fromEnv, prefix: value.prefix ?? '' };
  }
  return {
    hosts: { [hostAndPort(target.url)]: `127.0.0.1:${first!.listen}` },
    headers,
    secrets,
    answer: answerOf(target),
    tolerance: target.tolerance ?? 0,
  };
}

/** The headers of a target with the values of their variables, for whoever asks it from this process. */
export function headersOf({ headers = {} }: Pick<Target, 'headers'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : `${value.prefix ?? ''}${process.env[value.fromEnv] ?? ''}`,
    ]),
  );
}

/** Resolves when the target says that it is ready; where nothing says so, when it answers at all. */
export async function untilReady(target: Target, signal: AbortSignal): Promise<void> {
  const path = readyPathOf(target);
  const withinMs = Object.keys(target.links ?? {}).length > 0 ? READY_WITH_LINKS_MS : READY_MS;
  for (const until = performance.now() + withinMs; ; ) {
    const why = await whyNotReady(target, path, signal);
    if (why === null) return;
    signal.throwIfAborted();
    if (performance.now() > until)
      throw new GauntletError(
        'target-not-ready',
        `The target is not ready: GET ${target.url}${path ?? '/'} ${why}. Start it, or correct ` +
          `${path === null ? 'target.url' : 'target.url and target.ready'} of the experiment.`,
      );
    await systemClock.sleep(ASK_AGAIN_MS, signal);
  }
}

async function whyNotReady(target: Target, path: string | null, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(new URL(path ?? '/', target.url), {
      headers: headersOf(target),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]),
    });
    await response.body?.cancel();
    return path === null || response.ok ? null : `was answered ${response.status}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return `failed (${(cause as Error | undefined)?.message || message})`;
  }
}

function stageOf(
  { child, control }: StartedProxy,
  ends: readonly LinkEnds[],
  generator: ReadyGenerator,
): Stage {
  let isClosing = false;
  const died = child.exited.then(() => {
    if (isClosing) return new Promise<never>(() => {});
    throw new GauntletError('tool-died', 'Toxiproxy died.');
  });
  died.catch(() => {});
  return {
    services: [],
    links: ends.map(({ link, listen }) => ({ link, listen: `127.0.0.1:${listen}`, proxied: true })),
    perform: (action) => perform(control, action),
    healAll: () => control.healAll(),
    residue: () => control.residue(),
    scrape: async (service) => {
      throw new Error(`${service} is not ours`);
    },
    play: generator.play,
    died,
    close: async () => {
      isClosing = true;
      await generator.close();
      await child.stop({ graceMs: PROXY_GRACE_MS });
    },
  };
}

async function perform(control: StartedProxy['control'], action: FaultAction): Promise<void> {
  if (action.do === 'add-toxic') return control.addToxic(action);
  if (action.do === 'set-proxy') return control.setProxy(action.link, action.enabled);
  if (action.do === 'remove-toxic') return control.removeToxic(action.link, action.name);
  throw new Error(`'${action.do}' can't be done to a server that is somebody's own`);
}
