import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Effects, Playing, PlayListeners, Stage, StageSetup } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import type { FaultAction } from '#contract/fault.ts';
import type { Link, ServiceName } from '#contract/names.ts';
import type { PlannedLoad, Tape } from '#contract/plan.ts';
import { type Sample, sampleHeader, sampleRow } from '#contract/sample.ts';
import { linkEnds, linksOf, type Topology } from '#contract/topology.ts';
import { buildLoadFile, type RequestSource } from '../load-file.ts';
import { systemClock } from './clock.ts';
import { k6Died, openStartGate, startK6, stopK6, tailSamples, waitForStart } from './k6.ts';
import { scrapeMetrics } from './metrics.ts';
import type { Ports } from './ports.ts';
import type { ChildHandle, Processes } from './process.ts';
import { diedError, type StartedService, startService, waitUntilReady } from './services.ts';
import { controlToxiproxy, type ToxiproxyControl } from './toxiproxy.ts';

export interface RealParts {
  topology: Topology;
  processes: Processes;
  ports: Ports;
  tools: { k6: string; toxiproxy: string };
  /** Absolute path of the k6 script of a scenario. */
  scriptOf(scenario: string): string;
  requests: RequestSource;
  runFolder: string;
  cores: { services: string | null; load: string | null };
}

const SERVICE_GRACE_MS = 6_000;
const PROXY_GRACE_MS = 1_000;

/** Effects on real processes of this machine. */
export function realEffects(parts: RealParts): Effects {
  return { clock: systemClock, raise: (setup) => raise(parts, setup) };
}

interface Raised {
  parts: RealParts;
  setup: StageSetup;
  folder: string;
  services: StartedService[];
  toxiproxy: { child: ChildHandle; control: ToxiproxyControl } | null;
  /** Port that a caller of the link is given. */
  listen: Map<Link, number>;
  closing: boolean;
}

async function raise(parts: RealParts, setup: StageSetup): Promise<Stage> {
  const folder = join(parts.runFolder, 'trials', setup.trialId);
  await mkdir(join(folder, 'services'), { recursive: true });
  const raised: Raised = {
    parts,
    setup,
    folder,
    services: [],
    toxiproxy: null,
    listen: new Map(),
    closing: false,
  };
  try {
    const ports = await allotPorts(raised);
    if (setup.proxiedLinks.length > 0) raised.toxiproxy = await raiseToxiproxy(raised, ports);
    for (const spec of parts.topology.services) {
      const addressOf = (callee: ServiceName) =>
        `http://127.0.0.1:${raised.listen.get(`${spec.name}->${callee}` as Link)}`;
      const port = ports.get(spec.name)!;
      const config = spec.config(setup.variant, port, addressOf);
      raised.services.push(
        startService(parts.processes, {
          name: spec.name,
          main: spec.main,
          port,
          config,
          folder,
          cores: parts.cores.services,
        }),
      );
    }
    await Promise.all(raised.services.map((service) => waitUntilReady(service, setup.signal)));
  } catch (error) {
    await close(raised);
    throw error;
  }
  return stageOf(raised);
}

/** A port for every service, and one more for every proxied link. */
async function allotPorts({ parts, setup, listen }: Raised): Promise<Map<ServiceName, number>> {
  const ports = new Map<ServiceName, number>();
  for (const { name } of parts.topology.services) ports.set(name, await parts.ports.take());
  for (const link of linksOf(parts.topology)) {
    const proxied = setup.proxiedLinks.includes(link);
    listen.set(link, proxied ? await parts.ports.take() : ports.get(linkEnds(link).to)!);
  }
  return ports;
}

async function raiseToxiproxy(raised: Raised, ports: Map<ServiceName, number>) {
  const { parts, folder, setup } = raised;
  const controlPort = await parts.ports.take();
  const child = parts.processes.start({
    name: 'toxiproxy',
    command: parts.tools.toxiproxy,
    args: ['-host', '127.0.0.1', '-port', String(controlPort)],
    // Its default is to log every connection.
    env: { ...process.env, LOG_LEVEL: 'error' },
    logFile: join(folder, 'toxiproxy.log'),
    cores: parts.cores.load,
  });
  try {
    const control = await controlToxiproxy(child, controlPort);
    for (const link of setup.proxiedLinks) {
      await control.addProxy(link, raised.listen.get(link)!, ports.get(linkEnds(link).to)!);
    }
    return { child, control };
  } catch (error) {
    await child.stop({ graceMs: PROXY_GRACE_MS });
    throw error;
  }
}

function stageOf(raised: Raised): Stage {
  const { parts, setup, services, toxiproxy } = raised;
  const addressOf = (name: ServiceName) => services.find((service) => service.name === name)!.address;
  return {
    services: services.map(({ name, address, child }) => ({
      service: name,
      address,
      pid: child.pid ?? 0,
    })),
    links: linksOf(parts.topology).map((link) => ({
      link,
      listen: `127.0.0.1:${raised.listen.get(link)}`,
      proxied: setup.proxiedLinks.includes(link),
    })),
    perform: (action) => perform(toxiproxy?.control, action),
    healAll: async () => toxiproxy?.control.healAll(),
    residue: async () => (await toxiproxy?.control.residue()) ?? [],
    scrape: (service) => scrapeMetrics(addressOf(service)),
    play: (load, tape, listeners) => play(raised, load, tape, listeners),
    died: whenAnyDies(raised),
    close: () => close(raised),
  };
}

async function perform(control: ToxiproxyControl | undefined, action: FaultAction): Promise<void> {
  if (!control) throw new Error(`no proxy is there for the fault on ${action.link}`);
  if (action.do === 'add-toxic') return control.addToxic(action);
  return control.removeToxic(action.link, action.name);
}

async function whenAnyDies(raised: Raised): Promise<never> {
  const { services, toxiproxy } = raised;
  return new Promise((_, reject) => {
    for (const service of services) {
      void service.child.exited.then(async () => {
        if (!raised.closing) reject(await diedError(service, 'died'));
      });
    }
    void toxiproxy?.child.exited.then(() => {
      if (!raised.closing) reject(new GauntletError('tool-died', 'Toxiproxy died.'));
    });
  });
}

async function play(
  raised: Raised,
  load: PlannedLoad,
  tape: Tape,
  listeners: PlayListeners,
): Promise<Playing> {
  const { parts, folder } = raised;
  const [loadFile, csvFile, logFile] = ['load.json', 'k6.csv', 'k6.log'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const gate = await openStartGate(await parts.ports.take());
  const entry = raised.listen.get(`client->${parts.topology.entry}` as Link)!;
  const targetUrl = `http://127.0.0.1:${entry}${parts.topology.inferPath}`;
  await writeFile(
    loadFile,
    JSON.stringify(buildLoadFile(load, tape, parts.requests, { startUrl: gate.url, targetUrl })),
  );
  const child = startK6(parts.processes, {
    program: parts.tools.k6,
    script: parts.scriptOf(load.scenario),
    loadFile,
    csvFile,
    logFile,
    cores: parts.cores.load,
  });
  try {
    const t0 = await waitForStart(gate, child, logFile, listeners.signal);
    const keep = await sampleKeeper(join(folder, 'samples.csv'), listeners.onSamples);
    const tailed = tailSamples(csvFile, child.exited, keep.add);
    const ended = tailed.then(async () => {
      await keep.flushed();
      // Samples are kept in a form of their own; k6's rows of all other metrics are many times as large.
      await rm(csvFile, { force: true });
      const { code, signal } = await child.exited;
      if (code !== 0 && !listeners.signal.aborted) throw await k6Died(child, logFile, 'failed');
      return { exitCode: code, signal };
    });
    return { t0, ended, stop: () => stopK6(child).then(() => tailed) };
  } catch (error) {
    await stopK6(child);
    throw error;
  } finally {
    gate.close();
  }
}

/** Appends samples to the trial's file while they come, so that whatever ends the run leaves what was seen. */
async function sampleKeeper(file: string, onSamples: (samples: Sample[]) => void) {
  await writeFile(file, sampleHeader());
  let writing = Promise.resolve();
  return {
    add(samples: Sample[]): void {
      onSamples(samples);
      const rows = samples.map(sampleRow).join('');
      writing = writing.then(() => appendFile(file, rows));
    },
    flushed: () => writing,
  };
}

async function close(raised: Raised): Promise<void> {
  raised.closing = true;
  // Callers first: what they still have in flight may need their callees.
  for (const { child } of raised.services.toReversed()) await child.stop({ graceMs: SERVICE_GRACE_MS });
  await raised.toxiproxy?.child.stop({ graceMs: PROXY_GRACE_MS });
}
