import { join } from 'node:path';
import type { Effects, Stage, StageSetup } from '#contract/effects.ts';
import type { FaultAction } from '#contract/fault.ts';
import type { Link, ServiceName } from '#contract/names.ts';
import { linksOf, topologyOf } from '#contract/topology.ts';
import type { RequestSource } from '../load-file.ts';
import { systemClock } from './clock.ts';
import { scrapeMetrics } from './metrics.ts';
import { topologyIn } from './other-system.ts';
import { type ReadyGenerator, readyGenerator, type TapePlayer } from './play-tape.ts';
import { allotPorts, type RunningSystem, type SystemParts, startSystem } from './system.ts';

export interface RealParts extends SystemParts {
  /** Path of k6. */
  k6: string;
  /** Absolute path of the k6 script of a scenario. */
  scriptOf(scenario: string): string;
  /** What is asked, and the answers that are right. */
  requestsOf(setup: Pick<StageSetup, 'target'>): RequestSource;
  runFolder: string;
  /** Scheduling priority of the load generator. */
  niceness: number;
}

/** Effects on real processes of this machine. */
export function realEffects(here: RealParts): Effects {
  const raise = async (setup: StageSetup) => {
    const whole = setup.folder === undefined ? here.topology : await topologyIn(setup.folder);
    const topology = topologyOf(whole, setup.variant);
    const parts = { ...here, topology };
    const folder = join(parts.runFolder, 'trials', setup.trialId);
    const links = linksOf(topology);
    const proxiedLinks = setup.proxiedLinks.filter((link) => links.includes(link));
    const ports = await allotPorts(parts, proxiedLinks, true);
    const entry = ports.listen.get(`client->${parts.topology.entry}` as Link);
    const targetUrl = `http://127.0.0.1:${entry}${parts.topology.inferPath}`;
    const player: TapePlayer = { ...parts, requests: parts.requestsOf(setup), cores: parts.cores.load };
    // Both take most of a second to come up, on cores of their own; when one can't, the other needn't.
    const failing = new AbortController();
    const signal = AbortSignal.any([setup.signal, failing.signal]);
    const starting = startSystem(parts, { ...setup, proxiedLinks, signal }, ports, folder);
    const readying = readyGenerator(player, { ...setup, targetUrl, folder });
    for (const one of [starting, readying]) one.catch((error) => failing.abort(error));
    const [system, generator] = await Promise.allSettled([starting, readying]);
    if (system.status === 'fulfilled' && generator.status === 'fulfilled')
      return stageOf(parts, setup, system.value, generator.value);
    if (system.status === 'fulfilled') await system.value.close();
    if (generator.status === 'fulfilled') await generator.value.close();
    throw failing.signal.reason;
  };
  return { clock: systemClock, raise };
}

function stageOf(
  parts: RealParts,
  setup: StageSetup,
  system: RunningSystem,
  generator: ReadyGenerator,
): Stage {
  const { services, toxiproxy, faults, listen } = system;
  const addressOf = (name: ServiceName) => services.find((service) => service.name === name)!.address;
  return {
    services: services.map(({ name, address, child }) => ({ service: name, address, pid: child.pid ?? 0 })),
    links: linksOf(parts.topology).map((link) => ({
      link,
      listen: `127.0.0.1:${listen.get(link)}`,
      proxied: setup.proxiedLinks.includes(link),
    })),
    perform: async (action) => {
      if (isThere(system, action)) await perform(system, action);
    },
    healAll: () => healAll(system),
    residue: async () => [...((await toxiproxy?.residue()) ?? []), ...(await faults.residue())],
    // One that a fault keeps from answering would only hold up whoever asks, until a timeout.
    scrape: async (service) => {
      const { start } = services.find(({ name }) => name === service)!;
      if ('server' in start.runs) throw new Error(`${service} has no metrics`);
      if (!faults.isUp(service)) throw new Error(`${service} can't answer`);
      return scrapeMetrics(addressOf(service));
    },
    play: generator.play,
    died: system.died,
    close: async () => {
      await generator.close();
      await system.close();
    },
  };
}

/** A variant without a service, or without a link to it, can't be hit there. */
function isThere({ services, listen }: RunningSystem, action: FaultAction): boolean {
  return 'link' in action ? listen.has(action.link) : services.some(({ name }) => name === action.service);
}

async function perform({ toxiproxy, faults }: RunningSystem, action: FaultAction): Promise<void> {
  if (action.do === 'set-errors') return faults.setErrors(action.service, action.errors);
  if (action.do === 'clear-errors') return faults.clearErrors(action.service);
  if (action.do === 'set-model') return faults.setModel(action.service, action.version);
  if (action.do === 'reset-model') return faults.resetModel(action.service);
  if (action.do === 'take-slots') return faults.takeSlots(action.service, action.slots);
  if (action.do === 'return-slots') return faults.returnSlots(action.service);
  if ('service' in action) return faults[action.do](action.service);
  if (!toxiproxy) throw new Error(`no proxy is there for the fault on ${action.link}`);
  if (action.do === 'add-toxic') return toxiproxy.addToxic(action);
  if (action.do === 'set-proxy') return toxiproxy.setProxy(action.link, action.enabled);
  return toxiproxy.removeToxic(action.link, action.name);
}

async function healAll({ toxiproxy, faults }: RunningSystem): Promise<void> {
  try {
    // Links first: a service that is started again is ready only when it reaches those that it calls.
    await toxiproxy?.healAll();
  } finally {
    await faults.healAll();
  }
}
