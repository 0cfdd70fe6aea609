import { setTimeout as sleep } from 'node:timers/promises';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Running } from '../integration/running.ts';

export const EXPERIMENT = './test/fixtures/experiments/twelve-seconds.ts';

/** How each phase of the experiment shows on the progress line, and for how long it can be hit from then on. */
export const PHASES = {
  starting: { line: /starting the services/, milliseconds: 600 },
  'warm-up': { line: /· warm-up ·/, milliseconds: 800 },
  steady: { line: /· steady ·/, milliseconds: 6_500 },
  // The line comes up to half a second after the inject.
  fault: { line: /· fault: /, milliseconds: 1_300 },
  recovery: { line: /· recovery ·/, milliseconds: 1_400 },
} as const;
export type PhaseName = keyof typeof PHASES;
export const PHASE_NAMES = Object.keys(PHASES) as PhaseName[];

/** Faults of the experiment; those on processes leave more to heal than a toxic does. */
export const FAULTS = ['latency', 'timeout', 'reset', 'down', 'pause', 'kill'] as const;
export type FaultName = (typeof FAULTS)[number];

/** A run on a busy machine may find no steady state and end before its fault; it is tried so many times. */
const MOST_TRIES = 3;

/** The run was over before it came to the phase that something was to happen in. */
export class NotReached extends Error {}

/** What `attempt` gives, tried again where the run didn't come to the phase. */
export async function untilReached<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NotReached) || tries === MOST_TRIES) throw error;
    }
  }
}

/** Resolves so long after the run came to the phase. */
export async function reach(running: Running, phase: PhaseName, delayMs = 0): Promise<void> {
  await running.seen(PHASES[phase].line).catch((error: Error) => {
    throw new NotReached(error.message);
  });
  await sleep(delayMs);
  if (running.child.exitCode !== null) throw new NotReached(`ended in ${phase}:\n${running.output()}`);
}

export interface Moment {
  number: number;
  phase: PhaseName;
  fault: FaultName;
  /** Milliseconds after the phase shows. */
  delayMs: number;
}

/** Seeded moments: every other one while the fault is active, the rest spread over the other phases. */
export function planMoments(count: number, seed: number): Moment[] {
  const random = uniform(seed);
  const others = PHASE_NAMES.filter((phase) => phase !== 'fault');
  return Array.from({ length: count }, (_, i) => {
    const phase = i % 2 === 0 ? 'fault' : others[Math.floor(i / 2) % others.length]!;
    return {
      number: i + 1,
      phase,
      fault: FAULTS[Math.floor(random() * FAULTS.length)]!,
      delayMs: Math.floor(random() * PHASES[phase].milliseconds),
    };
  });
}

function uniform(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}
