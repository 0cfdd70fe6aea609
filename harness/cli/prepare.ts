import type { Effects } from '#contract/effects.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { Capacity } from '#contract/plan.ts';
import type { Machine } from '#contract/record.ts';
import type { Variant } from '#contract/topology.ts';
import { type CapacityKey, readCapacity, writeCapacity } from '#harness/effects/capacity-cache.ts';
import { digestFolder, mostPerSecond } from '#harness/effects/machine.ts';
import { createPorts } from '#harness/effects/ports.ts';
import type { Processes } from '#harness/effects/process.ts';
import { provision } from '#harness/effects/provision/provision.ts';
import { runtimes } from '#harness/effects/runtimes/index.ts';
import type { RuntimeKind } from '#harness/effects/runtimes/runtime.ts';
import { faultedLinks } from '#harness/plan/faults.ts';
import { neededCapacity } from '#harness/plan/rates.ts';
import type { RunIdentity } from '#harness/run.ts';
import type { TrialProgress } from '#harness/trial.ts';
import type { ModelVersion } from '#sut/models/catalog.ts';
import { capacityVariant } from '../capacity.ts';
import { cacheDir } from './cache-dir.ts';
import type { Console } from './console.ts';
import { root, scriptFile } from './home.ts';
import type { Show } from './live/look.ts';
import { maps } from './maps.ts';
import { type CapacityHooks, measureCapacity } from './measure-capacity.ts';
import { requestSource } from './requests.ts';
import { findServers, pathsOf } from './servers.ts';
import { targetRequests } from './target-experiment.ts';

export interface Prepared {
  effects: Effects;
  tools: RunIdentity['tools'];
}

/** Finds or builds the tools, makes the request pool, and puts the real effects together. */
export async function prepareEffects(
  experiments: readonly Experiment[],
  machine: Machine,
  processes: Processes,
  run: { id: string; folder: string },
  console: Console,
  signal: AbortSignal,
): Promise<Prepared> {
  const options = { cacheDir, onProgress: (line: string) => console.status(line), signal };
  const k6 = await provision('k6', options);
  const kind: RuntimeKind = runtimes[machine.runtime ?? 'processes'];
  const toxiproxy = kind.startsProxies ? [await provision('toxiproxy', options)] : [];
  const servers = await findServers(variantsOf(experiments), options, machine.runtime);
  const requestsOf =
    machine.runtime === 'target'
      ? await targetRequests(experiments)
      : always(await requestSource(versionsOf(experiments), cacheDir, options.onProgress));
  signal.throwIfAborted();
  const parts = {
    topology: maps.topology,
    processes,
    ports: createPorts({ reserved: portsOfLinks(experiments) }),
    k6: k6.path,
    toxiproxy: toxiproxy[0]?.path ?? null,
    servers: pathsOf(servers),
    scriptOf: (scenario: string) => scriptFile(maps.scenarios[scenario]?.script ?? scenario),
    requestsOf,
    runFolder: run.folder,
    niceness: machine.generatorNiceness,
    cores: machine.pinnedCores ?? { services: null, load: null },
  };
  const { onProgress } = options;
  const { effects, tools: more } = await kind.open(parts, { runId: run.id, root, onProgress });
  const tools = Object.fromEntries(
    [k6, ...toxiproxy, ...servers].map(({ name, version, source }) => [name, { version, source }]),
  );
  return { effects, tools: { ...tools, ...more } };
}

/** Where targets were told to reach their dependencies. */
function portsOfLinks(experiments: readonly Experiment[]): ReadonlySet<number> {
  const links = experiments.flatMap(({ target }) => Object.values(target?.links ?? {}));
  return new Set(links.map(({ listen }) => listen));
}

function always<T>(value: T): () => T {
  return () => value;
}

function variantsOf(experiments: readonly Experiment[]): Variant[] {
  return experiments.flatMap(({ candidate, baselines }) => [candidate, ...Object.values(baselines)]);
}

/** Versions that any variant may declare in an answer. */
function versionsOf(experiments: readonly Experiment[]): ModelVersion[] {
  const versions = variantsOf(experiments).flatMap(({ models: { primary, next, fallback } }) => [
    primary,
    ...(next === undefined ? [] : [next]),
    fallback,
  ]);
  return [...new Set(versions)] as ModelVersion[];
}

/** The capacities that are known already, by experiment. */
export async function knownCapacities(
  experiments: readonly Experiment[],
  machine: Machine,
): Promise<Record<string, Capacity>> {
  const found: Record<string, Capacity> = {};
  for (const experiment of experiments) {
    const key = capacityKey(experiment, machine);
    const capacity = key && (await readCapacity(cacheDir, key));
    if (capacity) found[experiment.name] = capacity;
  }
  return found;
}

/** Measures the capacities that are needed and not known yet, and keeps them. */
export async function measureMissing(
  experiments: readonly Experiment[],
  known: Record<string, Capacity>,
  machine: Machine,
  effects: Effects,
  hooks: CapacityHooks,
  { console, show }: { console: Console; show: Show },
): Promise<Record<string, Capacity>> {
  const capacities = { ...known };
  for (const experiment of experiments) {
    const key = capacityKey(experiment, machine);
    const need = neededCapacity(experiment, maps.faults, mostPerSecond(machine));
    if (!key || !need || capacities[experiment.name]) continue;
    console.line(
      `Measuring C for ${experiment.name}, once for this machine and system: the rate that ` +
        `'${capacityVariant(experiment)}' holds${need.isExact ? '' : `, up to the ${Math.round(need.perSecond)}/s that are needed`}`,
    );
    const onProgress = (progress: TrialProgress) => show(progress, 'measuring C');
    const probeHooks = { ...hooks, onProgress };
    const capacity = await measureCapacity(experiment, need, effects, probeHooks);
    await writeCapacity(cacheDir, key, capacity);
    capacities[experiment.name] = capacity;
  }
  return capacities;
}

function capacityKey(experiment: Experiment, machine: Machine): CapacityKey | null {
  const needed = neededCapacity(experiment, maps.faults, mostPerSecond(machine));
  if (needed === undefined) return null;
  const name = capacityVariant(experiment);
  return {
    machine,
    systemDigest: digestFolder(`${root}sut`),
    variant: experiment.baselines[name] ?? experiment.candidate,
    proxiedLinks: faultedLinks(experiment),
    neededPerSecond: needed.perSecond,
    ...(needed.isExact ? { isExact: true } : {}),
  };
}
