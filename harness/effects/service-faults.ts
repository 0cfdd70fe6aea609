import { GauntletError } from '#contract/errors.ts';
import {
  answersErrors,
  asksForAnother,
  type Errors,
  isGone,
  isStopped,
  lacksSlots,
} from '#contract/fault.ts';
import type { ServiceName } from '#contract/names.ts';
import { bounded } from './bounded.ts';
import {
  askedModelOf,
  askForErrors,
  askForLostSlots,
  askForModel,
  errorShareOf,
  lostSlotsOf,
} from './fault-hook.ts';
import type { ChildHandle } from './process.ts';
import type { ProcessState } from './process-state.ts';
import type { Launcher } from './runtimes/runtime.ts';
import { relaunchService, type StartedService, waitUntilReady } from './services.ts';

/** A signal is obeyed at once, unless the kernel holds the process. */
const OBEYED_WITHIN_MS = 2_000;
const POLL_MS = 5;

const NO_ERRORS: Errors = { share: 0, status: 503, seed: 0 };

/** Faults on the processes of the system, and what they left. */
export interface ServiceFaults {
  kill(name: ServiceName): Promise<void>;
  restart(name: ServiceName): Promise<void>;
  pause(name: ServiceName): Promise<void>;
  resume(name: ServiceName): Promise<void>;
  setErrors(name: ServiceName, errors: Errors): Promise<void>;
  clearErrors(name: ServiceName): Promise<void>;
  setModel(name: ServiceName, version: string): Promise<void>;
  resetModel(name: ServiceName): Promise<void>;
  takeSlots(name: ServiceName, slots: number): Promise<void>;
  returnSlots(name: ServiceName): Promise<void>;
  /** Whether no fault keeps the service from answering. */
  isUp(name: ServiceName): boolean;
  /** Whether this process was killed on purpose; the one that took its place was not. */
  wasKilled(child: ChildHandle): boolean;
  /** Resumes and restarts whatever was stopped and killed, and takes back the errors, versions and losses that were set. */
  healAll(): Promise<void>;
  /** The services that are stopped, killed and not back, answer with errors, ask for another version, or lack slots, in words. */
  residue(): Promise<string[]>;
}

/** `onRestart` is called with a service that has a new process, once that is ready. */
export function createServiceFaults(
  services: readonly StartedService[],
  launcher: Launcher,
  onRestart: (service: StartedService) => void,
): ServiceFaults {
  const down = new Map<ServiceName, 'killed' | 'paused'>();
  const killed = new Set<ChildHandle>();
  /** Processes that errors were set in, whether or not they were cleared: each is asked what is left. */
  const flaky = new Set<ChildHandle>();
  // With its process the errors are gone.
  const isFlaky = ({ child }: StartedService) => flaky.has(child) && child.exit() === null;
  /** The version that a process asked for before it was told another, whether or not it was reset. */
  const ownModel = new Map<ChildHandle, string>();
  const ownModelOf = ({ child }: StartedService) => (child.exit() === null ? ownModel.get(child) : undefined);
  const find = (name: ServiceName) => services.find((service) => service.name === name)!;
  const losses = slotLosses();
  const faults: ServiceFaults = {
    async kill(name) {
      const { child } = find(name);
      // Before the signal: whoever waits for its end must find it expected.
      killed.add(child);
      down.set(name, 'killed');
      child.signal('SIGKILL');
      await bounded(child.exited, OBEYED_WITHIN_MS, `killing ${name}`);
    },
    async restart(name) {
      const service = find(name);
      // One that was started before and never got ready must not keep the port.
      killed.add(service.child);
      await service.child.stop({ graceMs: 0 });
      await relaunchService(launcher, service);
      // An interrupted run is healed too, so nothing shortens this wait.
      await waitUntilReady(service, new AbortController().signal);
      down.delete(name);
      onRestart(service);
    },
    async pause(name) {
      down.set(name, 'paused');
      find(name).child.signal('SIGSTOP');
      await untilState(find(name), (state) => state === 'stopped');
    },
    async resume(name) {
      find(name).child.signal('SIGCONT');
      await untilState(find(name), (state) => state !== 'stopped');
      down.delete(name);
    },
    async setErrors(name, errors) {
      const service = find(name);
      // Before it is asked: whoever looks for what is left must look here, should the answer not come.
      flaky.add(service.child);
      await askForErrors(service, errors);
    },
    async clearErrors(name) {
      await askForErrors(find(name), NO_ERRORS);
    },
    async setModel(name, version) {
      const service = find(name);
      if (!ownModel.has(service.child)) ownModel.set(service.child, await askedModelOf(service));
      await askForModel(service, version);
    },
    async resetModel(name) {
      const service = find(name);
      const own = ownModelOf(service);
      // With its process the other version is gone: a new one begins with its configuration's.
      if (own !== undefined) await askForModel(service, own);
    },
    takeSlots: (name, slots) => losses.take(find(name), slots),
    returnSlots: (name) => losses.giveBack(find(name)),
    isUp: (name) => !down.has(name),
    wasKilled: (child) => killed.has(child),
    async healAll() {
      // In the order of the services, callees first: a caller is ready only when it reaches them.
      for (const { name } of services) {
        const how = down.get(name);
        if (how === 'paused') await faults.resume(name);
        if (how === 'killed') await faults.restart(name);
        if (isFlaky(find(name))) await faults.clearErrors(name);
        await faults.resetModel(name);
        await faults.returnSlots(name);
      }
    },
    async residue() {
      const found = await Promise.all(
        services.map((service) =>
          residueOf(service, {
            how: down.get(service.name),
            isFlaky: isFlaky(service),
            ownModel: ownModelOf(service),
            isPoorer: losses.mayBeIn(service),
          }),
        ),
      );
      return found.flat();
    },
  };
  return faults;
}

/** Slots of accelerators that were taken; with its process a loss is gone. */
function slotLosses() {
  /** Processes whose slots were taken, whether or not they were given back. */
  const poorer = new Set<ChildHandle>();
  const mayBeIn = ({ child }: StartedService) => poorer.has(child) && child.exit() === null;
  return {
    mayBeIn,
    async take(service: StartedService, slots: number): Promise<void> {
      poorer.add(service.child);
      await askForLostSlots(service, slots);
    },
    async giveBack(service: StartedService): Promise<void> {
      if (mayBeIn(service)) await askForLostSlots(service, 0);
    },
  };
}

interface Suspected {
  how: 'killed' | 'paused' | undefined;
  isFlaky: boolean;
  ownModel: string | undefined;
  isPoorer: boolean;
}

async function residueOf(
  service: StartedService,
  { how, isFlaky, ownModel, isPoorer }: Suspected,
): Promise<string[]> {
  if (how === 'killed') return [isGone(service.name)];
  if ((await service.child.state()) === 'stopped') return [isStopped(service.name)];
  const fails = isFlaky && (await errorShareOf(service)) > 0;
  const isSwapped = ownModel !== undefined && (await askedModelOf(service)) !== ownModel;
  const lacks = isPoorer && (await lostSlotsOf(service)) > 0;
  return [
    ...(lacks ? [lacksSlots(service.name)] : []),
    ...(fails ? [answersErrors(service.name)] : []),
    ...(isSwapped ? [asksForAnother(service.name)] : []),
  ];
}

async function untilState(service: StartedService, reached: (state: ProcessState) => boolean): Promise<void> {
  const until = performance.now() + OBEYED_WITHIN_MS;
  for (;;) {
    const state = await service.child.state();
    if (reached(state)) return;
    if (performance.now() > until) {
      throw new GauntletError('service-died', `${service.name} does not obey: it is ${state}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
