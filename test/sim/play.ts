import type { Plan } from '#contract/plan.ts';
import { viewTrial } from '#contract/trial-view.ts';
import { type RunFacts, type RunHooks, run } from '#harness/run.ts';
import { disturbance } from '#slo/disturbed.ts';
import { goodputIn } from '#slo/goodput.ts';
import { machine, type SimulatedSystem, type Simulation, simulate } from './effects.ts';

interface Options {
  runId?: string;
  /** Ctrl-C, or another signal, so long after the beginning. */
  interrupt?: { atMs: number; signal: 'SIGINT' | 'SIGTERM' } | undefined;
  /** Gets the record at every step, as the run folder does. */
  keep?: RunHooks['keep'] | undefined;
}

export function hooksFor(signal: AbortSignal): RunHooks {
  return {
    signal,
    goodput: goodputIn,
    disturbance: (experiment, { facts, samples }) => disturbance(viewTrial(experiment, facts, samples)),
    onReplay: () => {},
    onProgress: () => {},
    keep: async () => {},
    canKeep: async () => {},
    compact: async () => {},
    onTrial: () => {},
  };
}

/** A whole plan on a virtual clock. */
export async function playPlan(
  plan: Plan,
  system: SimulatedSystem,
  { runId = 'sim', interrupt, keep = async () => {} }: Options = {},
): Promise<Simulation & { facts: RunFacts }> {
  const simulation = simulate(system);
  const ending = new AbortController();
  if (interrupt) simulation.clock.at(interrupt.atMs, () => ending.abort(new Error(interrupt.signal)));
  const identity = { runId, machine, tools: {} };
  const hooks = { ...hooksFor(ending.signal), keep };
  const facts = await simulation.clock.until(run(plan, simulation.effects, identity, hooks));
  if (interrupt) facts.record.signal = interrupt.signal;
  return { ...simulation, facts };
}
