import { join } from 'node:path';
import type { Effects, Stage, StageSetup } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import type { FaultAction } from '#contract/fault.ts';
import { STACK } from '#contract/stack.ts';
import { linksOf, topologyOf } from '#contract/topology.ts';
import { systemClock } from './clock.ts';
import type { HealReport } from './heal-run.ts';
import { scrapeMetrics } from './metrics.ts';
import { type ReadyGenerator, readyGenerator } from './play-tape.ts';
import type { RealParts } from './real.ts';
import { controlToxiproxy, type ToxiproxyControl } from './toxiproxy.ts';

/** Milliseconds that a service of the stack gets to say that it is ready. */
const ASK_MS = 3_000;
const LOCAL = 'http://127.0.0.1';

/** Effects on a stack that is up: its services are asked and its links faulted, and none is started or ended. */
export function stackEffects(parts: Omit<RealParts, 'launcher'>): Effects {
  const raise = async (setup: StageSetup): Promise<Stage> => {
    const toxiproxy = await controlStack();
    await mustBeWell(toxiproxy);
    const generator = await readyGenerator(
      { ...parts, requests: parts.requestsOf(setup), cores: parts.cores.load },
      {
        ...setup,
        targetUrl: `${LOCAL}:${STACK.clientPort}${parts.topology.inferPath}`,
        folder: join(parts.runFolder, 'trials', setup.trialId),
      },
    );
    return stageOf(parts, setup, toxiproxy, generator);
  };
  return { clock: systemClock, raise };
}

/** Rejects where there is no stack. */
export async function mustBeUp(): Promise<void> {
  await controlStack().catch((error: Error) => {
    throw new GauntletError('tool-missing', `No stack is up (${error.message}): docker compose up --wait`);
  });
}

/** Takes back what a dead run left in the links of the stack; a stack that is down has nothing of it. */
export async function healStack(): Promise<HealReport> {
  try {
    const toxiproxy = await controlStack();
    const ended = await toxiproxy.residue();
    await toxiproxy.healAll();
    return { ended, left: await toxiproxy.residue() };
  } catch {
    return { ended: [], left: [] };
  }
}

function controlStack(): Promise<ToxiproxyControl> {
  // Compose sees to it: for us it has never ended.
  return controlToxiproxy({ exit: () => null }, STACK.toxiproxyPort);
}

async function mustBeWell(toxiproxy: ToxiproxyControl): Promise<void> {
  const residue = await toxiproxy.residue();
  if (residue.length > 0) throw notUp(`it is faulted already (${residue.join(', ')}): npm run heal`);
  for (const [service, port] of Object.entries(STACK.servicePorts)) {
    const why = await fetch(`${LOCAL}:${port}/v2/health/ready`, { signal: AbortSignal.timeout(ASK_MS) }).then(
      (response) => (response.ok ? null : response.text()),
      (error: Error) => error.message,
    );
    if (why !== null) throw notUp(`${service} is not ready (${why}): docker compose up --wait`);
  }
}

function notUp(why: string): GauntletError {
  return new GauntletError('service-died', `The stack can't be played against, ${why}`);
}

function stageOf(
  { topology }: Pick<RealParts, 'topology'>,
  { variant }: StageSetup,
  toxiproxy: ToxiproxyControl,
  generator: ReadyGenerator,
): Stage {
  const { servicePorts, clientPort } = STACK;
  return {
    services: Object.entries(servicePorts).map(([service, port]) => ({
      service,
      address: `${LOCAL}:${port}`,
      pid: 0,
    })),
    links: linksOf(topologyOf(topology, variant)).map((link) => ({
      link,
      listen: link.startsWith('client->') ? `127.0.0.1:${clientPort}` : 'toxiproxy',
      proxied: true,
    })),
    perform: (action) => perform(toxiproxy, action),
    healAll: () => toxiproxy.healAll(),
    residue: () => toxiproxy.residue(),
    scrape: async (service) => {
      const port = (servicePorts as Record<string, number>)[service];
      if (port === undefined) throw new Error(`${service} has no metrics`);
      return scrapeMetrics(`${LOCAL}:${port}`);
    },
    play: generator.play,
    died: new Promise(() => {}),
    close: () => generator.close(),
  };
}

async function perform(toxiproxy: ToxiproxyControl, action: FaultAction): Promise<void> {
  if (action.do === 'add-toxic') return toxiproxy.addToxic(action);
  if (action.do === 'set-proxy') return toxiproxy.setProxy(action.link, action.enabled);
  if (action.do === 'remove-toxic') return toxiproxy.removeToxic(action.link, action.name);
  throw new Error(`'${action.do}' can't be done to a service of a stack`);
}
