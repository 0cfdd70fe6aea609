import { faults } from '#chaos/index.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { Plan } from '#contract/plan.ts';
import { type Sample, sampleHeader, sampleRow } from '#contract/sample.ts';
import { viewTrial } from '#contract/trial-view.ts';
import type { Verdict } from '#contract/verdict.ts';
import { readObjectives } from '#harness/cli/objectives.ts';
import { createRunFolder } from '#harness/effects/run-folder.ts';
import { type PlanRequest, plan } from '#harness/plan.ts';
import { type RunFacts, type RunHooks, run } from '#harness/run.ts';
import { disturbance } from '#slo/disturbed.ts';
import { evaluate } from '#slo/evaluate.ts';
import { goodputIn } from '#slo/goodput.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD, machine, type SimulatedSystem, simulate } from './effects.ts';

/** Falls back while the fault is there, with times that have decimals, as real ones do. */
export const resilient: SimulatedSystem = {
  answer: (index, _, faulted) => ({
    ...GOOD,
    index,
    serviceMs: 3 + (index % 7) / 8,
    ...(faulted ? { servedBy: 'fallback', version: 'lin-1' } : {}),
  }),
};

/** Loses every answer while the fault is there. */
export const fragile: SimulatedSystem = {
  answer: (index, _, faulted): Sample => ({
    ...GOOD,
    index,
    ...(faulted ? { status: 0, errorCode: 1050, servedBy: '', serviceMs: 1_000 } : {}),
  }),
};

export interface Simulated {
  id?: string;
  seed?: number;
  /** Default: chaos. */
  command?: PlanRequest['command'];
  /** Default: quick. */
  profile?: PlanRequest['profile'];
  /** At which of its looks a run that is extended is judged. */
  look?: PlanRequest['look'];
  /** Default: the short breaker's, without baselines. */
  experiment?: Experiment;
  /** Ctrl-C, or another signal, so long after the beginning. */
  interrupt?: { atMs: number; signal: 'SIGINT' | 'SIGTERM' };
  /** Gets the record at every step, as the run folder does. */
  keep?: RunHooks['keep'];
}

/** A whole run of a simulated system. */
export async function simulateRun(
  system: SimulatedSystem,
  {
    id = '2026-11-21T08-00-00-chaos',
    seed = 1,
    command = 'chaos',
    profile = 'quick',
    look,
    experiment = { ...shortBreaker, baselines: {} },
    interrupt,
    keep = async () => {},
  }: Simulated = {},
): Promise<{ plan: Plan; facts: RunFacts }> {
  const planned = plan({
    command,
    profile,
    seed,
    look,
    experiments: [experiment],
    faults,
    objectives: (await readObjectives()).byName,
    capacities: {},
  });
  const simulation = simulate(system);
  const ending = new AbortController();
  if (interrupt) simulation.clock.at(interrupt.atMs, () => ending.abort(new Error(interrupt.signal)));
  const hooks: RunHooks = {
    signal: ending.signal,
    goodput: goodputIn,
    disturbance: (of, played) => disturbance(viewTrial(of, played.facts, played.samples)),
    onReplay: () => {},
    onProgress: () => {},
    keep,
    canKeep: async () => {},
    onTrial: () => {},
  };
  const facts = await simulation.clock.until(
    run(planned, simulation.effects, { runId: id, machine, tools: {} }, hooks),
  );
  if (interrupt) facts.record.signal = interrupt.signal;
  return { plan: planned, facts };
}

/** Leaves a run in `<parent>/<id>` as `play` does, but for the reports; its path and the verdict it was given. */
export async function saveRun(
  parent: string,
  { plan: planned, facts }: { plan: Plan; facts: RunFacts },
): Promise<{ path: string; verdict: Verdict }> {
  const folder = await createRunFolder(parent, facts.record.runId);
  await folder.writePlan(planned);
  await folder.makeLatest();
  for (const { name, trials } of facts.record.experiments) {
    for (const trial of trials) {
      const rows = (facts.samples.get(`${name}/${trial.id}`) ?? []).map(sampleRow);
      if (trial.t0 !== null)
        await folder.writeFiles({ [trial.samplesFile]: [sampleHeader(), ...rows].join('') });
    }
  }
  await folder.writeRecord(facts.record);
  const verdict = evaluate(planned, facts.record, facts.samples);
  await folder.writeFiles({ 'verdict.json': `${JSON.stringify(verdict, null, 2)}\n` });
  return { path: folder.path, verdict };
}
