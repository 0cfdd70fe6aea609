import type { FaultAction } from './fault.ts';
import type { Link, ServiceName } from './names.ts';
import type { PlannedLoad, Tape } from './plan.ts';
import type { GeneratorFacts, TrialFacts } from './record.ts';
import type { Sample } from './sample.ts';
import type { Target } from './target.ts';
import type { Variant } from './topology.ts';

/**
 * All that a run needs from the world. `run()` knows this interface only, so that the same walk happens with real
 * processes and on a virtual clock against a simulated server.
 */
export interface Effects {
  clock: Clock;
  /**
   * Starts the variant's services, its proxied links and the load generator; resolves when every service is ready,
   * with the generator waiting for `play`.
   */
  raise(setup: StageSetup): Promise<Stage>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  monotonic(): number;
  /** Resolves after the time, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface StageSetup {
  trialId: string;
  variant: Variant;
  /** Folder whose system is started; absent: this one's. */
  folder?: string | undefined;
  /** Played against in place of the variant. */
  target?: Target | undefined;
  proxiedLinks: readonly Link[];
  load: PlannedLoad;
  tape: Tape;
  signal: AbortSignal;
}

/** One variant, up and answering. */
export interface Stage {
  services: TrialFacts['services'];
  links: TrialFacts['links'];
  perform(action: FaultAction): Promise<void>;
  /** Removes every fault from every link and every service, whatever was injected. */
  healAll(): Promise<void>;
  /** What faults are still in place, in words; empty when none is. */
  residue(): Promise<string[]>;
  scrape(service: ServiceName): Promise<Record<string, number>>;
  /** Lets the generator go; called once. */
  play(listeners: PlayListeners): Promise<Playing>;
  /** Rejects when a service dies uninjected; never resolves otherwise. */
  died: Promise<never>;
  /** Stops all that raise() started. */
  close(): Promise<void>;
}

export interface PlayListeners {
  onSamples(samples: readonly Sample[]): void;
  signal: AbortSignal;
}

/** Load under way. */
export interface Playing {
  /** The instant that the tape's milliseconds count from. */
  t0: number;
  /** Resolves when the generator has ended and every sample was delivered. */
  ended: Promise<GeneratorFacts>;
  stop(): Promise<void>;
}
