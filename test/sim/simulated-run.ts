import { faults } from '#chaos/index.ts';
import type { Experiment } from '#contract/experiment.ts';
import { MOST_PER_CORE } from '#contract/limits.ts';
import type { Plan } from '#contract/plan.ts';
import type { Sample } from '#contract/sample.ts';
import { viewTrial } from '#contract/trial-view.ts';
import type { Verdict } from '#contract/verdict.ts';
import { readObjectives } from '#harness/cli/objectives.ts';
import { judgeFacts } from '#harness/cli/verdict.ts';
import { createRunFolder, type RunFolder } from '#harness/effects/run-folder.ts';
import type { PlanRequest } from '#harness/plan/request.ts';
import { plan } from '#harness/plan.ts';
import type { RunFacts, RunHooks } from '#harness/run.ts';
import { scenarios } from '#scenarios/catalog.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD, type SimulatedSystem } from './effects.ts';
import { playPlan } from './play.ts';

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
  /** Default: the short breaker's, without baselines. */
  experiment?: Experiment;
  /** Ctrl-C, or another signal, so long after the beginning. */
  interrupt?: { atMs: number; signal: 'SIGINT' | 'SIGTERM' };
  /** Gets the record at every step, as the run folder does. */
  keep?: RunHooks['keep'];
  /** What is planned otherwise. */
  request?: Partial<PlanRequest>;
}

/** A whole run of a simulated system; chaos, where nothing else is said. */
export async function simulateRun(
  system: SimulatedSystem,
  {
    id = '2026-11-21T08-00-00-chaos',
    seed = 1,
    experiment = { ...shortBreaker, baselines: {} },
    interrupt,
    keep,
    request,
  }: Simulated = {},
): Promise<{ plan: Plan; facts: RunFacts }> {
  const planned = plan({
    command: 'chaos',
    profile: 'quick',
    seed,
    experiments: [experiment],
    faults,
    scenarios,
    objectives: (await readObjectives()).byName,
    mostPerSecond: MOST_PER_CORE,
    capacities: {},
    ...request,
  });
  const { facts } = await playPlan(planned, system, { runId: id, interrupt, keep });
  return { plan: planned, facts };
}

/** Leaves the evidence of a run in `<parent>/<id>` as `play` does, not judged. */
export async function saveEvidence(
  parent: string,
  { plan: planned, facts }: { plan: Plan; facts: RunFacts },
): Promise<RunFolder> {
  const folder = await createRunFolder(parent, facts.record.runId);
  await folder.writePlan(planned);
  await folder.makeLatest();
  for (const { name, trials } of facts.record.experiments) {
    const experiment = planned.experiments.find((one) => one.name === name)!;
    for (const trial of trials.filter(({ t0 }) => t0 !== null))
      await folder.writeSamples(viewTrial(experiment, trial, facts.samples.get(`${name}/${trial.id}`)));
  }
  await folder.writeRecord(facts.record);
  return folder;
}

/** The same and its verdict, but no reports. */
export async function saveRun(
  parent: string,
  played: { plan: Plan; facts: RunFacts },
): Promise<{ path: string; verdict: Verdict }> {
  const folder = await saveEvidence(parent, played);
  const verdict = judgeFacts(played.plan, played.facts, undefined);
  await folder.writeFiles({ 'verdict.json': `${JSON.stringify(verdict, null, 2)}\n` });
  return { path: folder.path, verdict };
}
