import type { Clock, Effects, Playing, PlayListeners, Stage, StageSetup } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import { METRICS } from '#contract/metrics.ts';
import type { Machine } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';
import { afterAction } from './in-place.ts';

/** A simulated system: no process, no port, a virtual clock. For statistics, speed and error paths only. */
export interface SimulatedSystem {
  /** What becomes of a request planned at an instant after t0, while the fault is or isn't in place. */
  answer(index: number, atMs: number, faulted: boolean, setup: StageSetup): Sample;
  /** Called before each action on the system; throws to make it fail. */
  onAction?(name: string): void;
  /** What the gateway's metrics say besides. */
  metrics?: Record<string, number>;
  /** Faults that stay whatever is healed. */
  residue?: string[];
  /** Milliseconds after t0 at which the generator, or a service, dies. */
  generatorDiesAtMs?: number;
  serviceDiesAtMs?: number;
  raiseFails?: Error;
}

export interface Simulation {
  effects: Effects;
  clock: VirtualClock;
  /** What was done to the system, in order. */
  actions: string[];
}

export const GOOD: Omit<Sample, 'index'> = {
  latenessMs: 0,
  connectMs: 0,
  serviceMs: 3,
  status: 200,
  errorCode: 0,
  servedBy: 'primary',
  reason: '',
  version: 'mlp-1',
  faithful: true,
  right: true,
};

/** What a simulated run's record says that it ran on. */
export const machine: Machine = {
  platform: 'sim',
  arch: 'sim',
  cpuModel: 'sim',
  cores: 1,
  memoryBytes: 1,
  node: 'sim',
  generatorNiceness: 0,
  pinnedCores: null,
};

const START_LEAD_MS = 500;
const DELIVERY_MS = 200;

export function simulate(system: SimulatedSystem): Simulation {
  const clock = virtualClock();
  const actions: string[] = [];
  const act = (name: string) => {
    actions.push(name);
    system.onAction?.(name);
  };
  const raise = async (setup: StageSetup): Promise<Stage> => {
    if (system.raiseFails) throw system.raiseFails;
    return simulatedStage(system, setup, clock, act);
  };
  return { effects: { clock, raise }, clock, actions };
}

function simulatedStage(
  system: SimulatedSystem,
  setup: StageSetup,
  clock: VirtualClock,
  act: (name: string) => void,
): Stage {
  let inPlace: string[] = [];
  let calls = 0;
  let killService: (error: Error) => void = () => {};
  const died = new Promise<never>((_, reject) => {
    killService = reject;
  });
  died.catch(() => {});
  return {
    services: [{ service: 'gateway', address: 'sim', pid: 0 }],
    links: [],
    async perform(action) {
      act(action.do);
      inPlace = afterAction(inPlace, action);
    },
    async healAll() {
      act('heal-all');
      inPlace = [];
    },
    residue: async () => system.residue ?? inPlace,
    // Every call took two seconds.
    scrape: async () => {
      calls += 1;
      return {
        [`${METRICS.upstreamCallDuration}_count{outcome="ok"}`]: calls,
        [`${METRICS.upstreamCallDuration}_sum{outcome="ok"}`]: calls * 2,
        ...system.metrics,
      };
    },
    play: async (listeners) => {
      const t0 = clock.now() + START_LEAD_MS;
      if (system.serviceDiesAtMs !== undefined) {
        void clock
          .sleep(START_LEAD_MS + system.serviceDiesAtMs)
          .then(() => killService(new GauntletError('service-died', 'gateway died')));
      }
      return simulatedPlay(system, clock, setup, listeners, t0, () => inPlace.length > 0);
    },
    died,
    close: async () => act('close'),
  };
}

function simulatedPlay(
  system: SimulatedSystem,
  clock: VirtualClock,
  setup: StageSetup,
  listeners: PlayListeners,
  t0: number,
  faulted: () => boolean,
): Playing {
  const { tape } = setup;
  let stopped = false;
  const endMs = system.generatorDiesAtMs ?? tape.phases.at(-1)!.toMs;
  const deliver = async () => {
    for (let next = 0; !stopped && clock.now() < t0 + endMs; ) {
      await clock.sleep(DELIVERY_MS);
      const samples: Sample[] = [];
      while (next < tape.atMs.length && t0 + tape.atMs[next]! <= clock.now()) {
        samples.push(system.answer(next, tape.atMs[next]!, faulted(), setup));
        next += 1;
      }
      listeners.onSamples(samples);
    }
    return { exitCode: system.generatorDiesAtMs === undefined ? 0 : 107, signal: null };
  };
  const ended = deliver();
  return {
    t0,
    ended,
    stop: async () => {
      stopped = true;
      await ended;
    },
  };
}

export interface VirtualClock extends Clock {
  /** Lets time pass until the work is done. */
  until<T>(work: Promise<T>): Promise<T>;
  /** Calls back once when the clock passes an instant. */
  at(ms: number, callback: () => void): void;
}

function virtualClock(): VirtualClock {
  let now = 1_000_000;
  const timers: { at: number; resolve: () => void }[] = [];
  const addTimer = (at: number, resolve: () => void) => timers.push({ at, resolve });
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
        addTimer(now + ms, resolve);
      }),
    at: (ms, callback) => void addTimer(now + ms, callback),
    async until(work) {
      let done = false;
      const finished = work.finally(() => {
        done = true;
      });
      finished.catch(() => {});
      while (!done) {
        // All that is ready to run runs before time moves on.
        await new Promise((resolve) => setImmediate(resolve));
        if (done) break;
        timers.sort((a, b) => a.at - b.at);
        const next = timers.shift();
        if (!next) throw new Error('everybody waits and no timer is set: this would hang');
        now = Math.max(now, next.at);
        next.resolve();
      }
      return finished;
    },
  };
}
