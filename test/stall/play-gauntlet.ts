import type { Effects } from '#contract/effects.ts';
import type { Topology } from '#contract/topology.ts';
import { type TrialView, viewTrial } from '#contract/trial-view.ts';
import type { ExperimentVerdict, Outcome } from '#contract/verdict.ts';
import { scriptFile } from '#harness/cli/home.ts';
import { type RealParts, realEffects } from '#harness/effects/real.ts';
import { type RunFacts, type RunHooks, run } from '#harness/run.ts';
import { tallyIn } from '#reports/series.ts';
import { scenarios } from '#scenarios/catalog.ts';
import { disturbance } from '#slo/disturbed.ts';
import { evaluate } from '#slo/evaluate.ts';
import { goodputIn } from '#slo/goodput.ts';
import { expectedResponses, type Figures, figuresOf, mostInFlight, type Stall } from './arithmetic.ts';
import { type Bench, SERVER_MAIN, serverConfig, stallAt } from './bench.ts';
import { EXPERIMENT, stallPlan, WARM_UP_SECONDS } from './plan.ts';
import { INFER_PATH, REQUEST, SERVICE_MS, STALL_AFTER_MS, type StallStamps, WITHIN_MS } from './setup.ts';

/** The stall as the harness saw it: what it tells, and what it should tell. */
export interface GauntletPlay {
  /** On the tape's clock, by the stamps of the server. */
  stall: Stall;
  expected: Figures;
  /** The most requests that wait at once, by the same arithmetic. */
  mostInFlight: number;
  seen: Figures;
  /** Requests that were planned and never sent. */
  neverSent: number;
  /** The harness's own verdict on the objective. */
  outcome: Outcome;
  /** What the rule on the generator's lateness saw. */
  lateness: string;
  /** What the rules saw that the play did not keep: then its figures prove nothing. */
  broken: string[];
  /** Plays that the machine disturbed, and that were played again. */
  disturbed: number;
}

/** Plays the tape, judges it and counts, all by the product's own code: replays of disturbed plays included. */
export async function playGauntlet(bench: Bench): Promise<GauntletPlay> {
  const stalls = new Map<string, Promise<StallStamps>>();
  const effects = stalling(realEffects(partsOf(bench)), stalls, bench.signal);
  const identity = { runId: EXPERIMENT, machine: bench.machine, tools: {} };
  const facts = await run(stallPlan, effects, identity, hooksOf(bench.signal));
  bench.signal.throwIfAborted();
  const view = viewOf(facts);
  if (view.facts.error) throw new Error(`The play failed: ${view.facts.error.message}`);
  const { stoppedAt, wentOnAt } = await stalls.get(`${EXPERIMENT}/${view.facts.id}`)!;
  const stall = { fromMs: stoppedAt - view.facts.t0!, toMs: wentOnAt - view.facts.t0! };
  return {
    stall,
    ...expectedOf(view.tape.atMs, stall),
    ...seenIn(view, evaluate(stallPlan, facts.record, facts.samples).experiments[0]!),
    disturbed: facts.record.experiments[0]!.disturbed.length,
  };
}

function viewOf({ record, samples }: RunFacts): TrialView {
  const [trial] = record.experiments[0]!.trials;
  return viewTrial(stallPlan.experiments[0]!, trial!, samples.get(`${EXPERIMENT}/${trial!.id}`)!);
}

function expectedOf(atMs: readonly number[], stall: Stall) {
  const responses = expectedResponses(atMs, SERVICE_MS, stall);
  const judged = responses.filter((_, i) => atMs[i]! >= WARM_UP_SECONDS * 1000);
  return { expected: figuresOf(judged, WITHIN_MS), mostInFlight: mostInFlight(atMs, responses) };
}

function seenIn(view: TrialView, { objectives, validity }: ExperimentVerdict) {
  const { good, total, outcome } = objectives[0]!;
  const { p99Ms } = tallyIn(view, WITHIN_MS, view.spans.steady!);
  return {
    seen: { requests: total, p99Ms: p99Ms ?? Number.NaN, beyond: total - good },
    neverSent: view.tape.atMs.length - view.samples.count,
    outcome,
    lateness: validity.find(({ rule }) => rule === 'lateness')!.observed,
    broken: validity.filter(({ held }) => !held).map(({ observed }) => observed),
  };
}

function partsOf({ processes, ports, k6, machine, folder }: Bench): RealParts {
  const topology: Topology = {
    services: [{ name: 'gateway', main: SERVER_MAIN, calls: [], config: (_, port) => serverConfig(port) }],
    entry: 'gateway',
    inferPath: INFER_PATH,
  };
  return {
    topology,
    processes,
    ports,
    k6,
    toxiproxy: null,
    scriptOf: () => scriptFile(scenarios.steady.script),
    requestsOf: () => ({ requestFor: () => REQUEST, poisonBody: '', tolerance: {} }),
    runFolder: folder,
    niceness: machine.generatorNiceness,
    cores: machine.pinnedCores ?? { services: null, load: null },
  };
}

function hooksOf(signal: AbortSignal): RunHooks {
  return {
    signal,
    goodput: goodputIn,
    disturbance: (experiment, { facts, samples }) => disturbance(viewTrial(experiment, facts, samples)),
    onReplay() {},
    onProgress() {},
    async keep() {},
    async canKeep() {},
    async compact() {},
    onTrial() {},
  };
}

/** The same effects, with the server stopped once in every play. */
function stalling(effects: Effects, stalls: Map<string, Promise<StallStamps>>, signal: AbortSignal): Effects {
  const raise: Effects['raise'] = async (setup) => {
    const stage = await effects.raise(setup);
    const play: typeof stage.play = async (listeners) => {
      const playing = await stage.play(listeners);
      const at = playing.t0 + WARM_UP_SECONDS * 1000 + STALL_AFTER_MS;
      const stall = stallAt(at, stage.services[0]!.address, signal);
      // Awaited when the play is over; a rejection before that must not go unheard.
      stall.catch(() => {});
      stalls.set(setup.trialId, stall);
      return playing;
    };
    return { ...stage, play };
  };
  return { ...effects, raise };
}
