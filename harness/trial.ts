import type { Clock, Effects, Playing, Stage } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import type { Phase } from '#contract/names.ts';
import type { PlannedExperiment, PlannedFault, PlannedTrial, Tape } from '#contract/plan.ts';
import type { FaultFacts, Scrape, TrialFacts } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';
import { tapeEndMs } from './tape.ts';

/** Milliseconds between regular readings of the services' metrics, and between progress reports. */
const BEAT_MS = 500;
/** After so many beats it is looked whether the facts could still be kept. */
const BEATS_PER_LOOK = 4;
/** Seconds of steady load that are looked at before an inject, and the goodput that they must have. */
const STEADY_WINDOW_MS = 5_000;
export const LEAST_STEADY_GOODPUT = 0.95;
/** Samples of the last moments are still on their way when the window is looked at. */
const SAMPLE_LAG_MS = 1_700;
/** The generator bounds itself by 5 s after the last client timeout; so much later it is said to hang. */
const OVERDUE_MS = 10_000;

/** What a trial needs besides the effects; the composition root provides it. */
export interface TrialHooks {
  signal: AbortSignal;
  /** Goodput of correct answers among the entries planned in a window of the tape; null when it has none. */
  goodput(
    tape: Tape,
    samples: readonly Sample[],
    deadlineMs: number,
    fromMs: number,
    toMs: number,
  ): number | null;
  onProgress(progress: TrialProgress): void;
  /** Called with the facts so far at every step of the trial, so that whatever ends the harness leaves them. */
  keep(facts: TrialFacts): Promise<void>;
  /** Rejects when nothing can be kept any more: k6 and the services, which write there too, may not say so. */
  canKeep(): Promise<void>;
}

export interface TrialProgress {
  experiment: PlannedExperiment;
  trial: PlannedTrial;
  tape: Tape;
  stage: 'starting' | 'playing' | 'stopping';
  phase: Phase | null;
  elapsedMs: number;
  activeFault: string | null;
  samples: readonly Sample[];
}

export interface PlayedTrial {
  facts: TrialFacts;
  samples: Sample[];
}

interface Walk {
  experiment: PlannedExperiment;
  trial: PlannedTrial;
  tape: Tape;
  effects: Effects;
  hooks: TrialHooks;
  facts: TrialFacts;
  samples: Sample[];
}

/** Plays one variant over its tape and faults. Heals and stops everything whatever happens, and never rejects. */
export async function playTrial(
  experiment: PlannedExperiment,
  trial: PlannedTrial,
  effects: Effects,
  hooks: TrialHooks,
): Promise<PlayedTrial> {
  const tape = experiment.tapes[trial.round - 1]!;
  const walk: Walk = {
    experiment,
    trial,
    tape,
    effects,
    hooks,
    facts: blankFacts(experiment, trial),
    samples: [],
  };
  const offset = clockOffset(effects.clock);
  report(walk, 'starting');
  try {
    await playOnStage(walk, await raise(walk));
  } catch (error) {
    note(walk.facts, error, hooks.signal);
  }
  walk.facts.clockDriftMs = clockOffset(effects.clock) - offset;
  return { facts: walk.facts, samples: walk.samples };
}

async function raise(walk: Walk): Promise<Stage> {
  const { experiment, trial, tape, effects, hooks, facts } = walk;
  await hooks.keep(facts);
  const failing = new AbortController();
  // Services whose logs don't fit on the disk any more never get ready, so it is looked at meanwhile.
  const looking = repeat(effects.clock, BEATS_PER_LOOK * BEAT_MS, hooks.canKeep, (error) =>
    failing.abort(error),
  );
  try {
    return await effects.raise({
      trialId: `${experiment.name}/${trial.id}`,
      variant: experiment.variants[trial.variant]!,
      folder: experiment.against?.variant === trial.variant ? experiment.against.folder : undefined,
      proxiedLinks: experiment.proxiedLinks,
      load: experiment.load,
      tape,
      signal: AbortSignal.any([hooks.signal, failing.signal]),
    });
  } catch (error) {
    throw failing.signal.aborted ? failing.signal.reason : error;
  } finally {
    looking.stop();
  }
}

async function playOnStage(walk: Walk, stage: Stage): Promise<void> {
  const { facts, hooks } = walk;
  facts.services = stage.services;
  facts.links = stage.links;
  const death = new AbortController();
  stage.died.catch((error) => death.abort(error));
  const ending = AbortSignal.any([hooks.signal, death.signal]);
  try {
    // The walk ends by itself soon after `ending` does; until it has, an inject may still be on its way.
    await walkThrough(walk, stage, ending, (error) => death.abort(error));
    facts.ended = 'completed';
  } catch (error) {
    note(facts, death.signal.aborted ? death.signal.reason : error, hooks.signal);
  } finally {
    report(walk, 'stopping');
    await healWhatIsLeft(walk, stage);
    await stage.close();
  }
}

async function walkThrough(
  walk: Walk,
  stage: Stage,
  ending: AbortSignal,
  fail: (error: unknown) => void,
): Promise<void> {
  const { experiment, tape, facts, samples, effects, hooks } = walk;
  const playing = await stage.play({
    onSamples: (more) => samples.push(...more),
    signal: ending,
  });
  facts.t0 = playing.t0;
  const ended = playing.ended.then((end) => {
    facts.generator = end;
  });
  // Raced below more than once; a rejection between two races must not go unheard.
  ended.catch(() => {});
  await hooks.keep(facts);
  const beat = startBeat(walk, stage, playing, fail);
  try {
    for (const step of stepsOf(experiment.faults)) {
      const waitMs = Math.max(0, playing.t0 + step.atMs - effects.clock.now());
      await Promise.race([effects.clock.sleep(waitMs, ending), generatorGone(ended)]);
      ending.throwIfAborted();
      await (step.kind === 'inject' ? inject(walk, stage, step.fault) : heal(walk, stage, step.fault));
    }
    const overdueAt = playing.t0 + tapeEndMs(tape) + experiment.load.clientTimeoutMs + OVERDUE_MS;
    await Promise.race([ended, aborted(ending), overdue(overdueAt, effects.clock, ending)]);
  } finally {
    beat.stop();
    await playing.stop();
  }
  await scrapeAll(walk, stage, 'end');
}

interface Step {
  atMs: number;
  kind: 'inject' | 'heal';
  fault: PlannedFault;
}

function stepsOf(faults: readonly PlannedFault[]): Step[] {
  return faults
    .flatMap((fault): Step[] => [
      { atMs: fault.injectAtMs, kind: 'inject', fault },
      { atMs: fault.healAtMs, kind: 'heal', fault },
    ])
    .sort((a, b) => a.atMs - b.atMs);
}

async function inject(walk: Walk, stage: Stage, fault: PlannedFault): Promise<void> {
  const { facts, effects, hooks } = walk;
  checkSteady(walk);
  const found = factsOf(facts, fault);
  found.injectRequestedAt = effects.clock.now();
  // Before it happens: a record that says less than was done would be a lie.
  await hooks.keep(facts);
  for (const action of fault.inject) await stage.perform(action);
  found.inPlace = await stage.residue();
  found.injectedAt = effects.clock.now();
  await scrapeAll(walk, stage, 'injected');
  await hooks.keep(facts);
}

/** Nothing is injected into a system that wasn't well before: whatever followed could not be told from the fault. */
function checkSteady(walk: Walk): void {
  const { experiment, tape, samples, facts, hooks, effects } = walk;
  if (facts.steadyGoodput !== null) return;
  const toMs = effects.clock.now() - facts.t0! - SAMPLE_LAG_MS;
  const goodput = hooks.goodput(tape, samples, experiment.load.deadlineMs, toMs - STEADY_WINDOW_MS, toMs);
  facts.steadyGoodput = goodput;
  if (goodput !== null && goodput >= LEAST_STEADY_GOODPUT) return;
  const seen = goodput === null ? 'no requests' : `${(goodput * 100).toFixed(1)} % correct answers in time`;
  throw new GauntletError(
    'no-steady-state',
    `No steady state before the fault: ${seen} in 5 s, where ${LEAST_STEADY_GOODPUT * 100} % are needed. ` +
      'Nothing was injected. Try a lower --rate, or look into the logs of the services.',
  );
}

async function heal(walk: Walk, stage: Stage, fault: PlannedFault): Promise<void> {
  const { facts, effects, hooks } = walk;
  const found = factsOf(facts, fault);
  if (found.healRequestedAt === null) await scrapeAll(walk, stage, 'before-heal');
  found.healRequestedAt ??= effects.clock.now();
  for (const action of fault.heal) await stage.perform(action);
  found.residue = await stage.residue();
  if (found.residue.length > 0)
    throw new GauntletError('heal-failed', `Still there after the heal: ${found.residue}.`);
  found.healedAt = effects.clock.now();
  await hooks.keep(facts);
}

/** In reverse, faults that were injected and not healed; then everything, should an inject have broken off half-way. */
async function healWhatIsLeft(walk: Walk, stage: Stage): Promise<void> {
  const { facts, experiment, effects } = walk;
  const open = experiment.faults.toReversed().filter((fault) => {
    const found = factsOf(facts, fault);
    return found.injectRequestedAt !== null && found.healedAt === null;
  });
  if (open.length === 0) return;
  try {
    for (const fault of open) factsOf(facts, fault).healRequestedAt ??= effects.clock.now();
    await stage.healAll();
    const residue = await stage.residue();
    for (const fault of open) {
      const found = factsOf(facts, fault);
      found.residue = residue;
      if (residue.length === 0) found.healedAt = effects.clock.now();
    }
    if (residue.length > 0) throw new Error(`still there: ${residue.join(', ')}`);
  } catch (error) {
    facts.ended = 'aborted';
    facts.error = { code: 'heal-failed', message: `The heal failed: ${(error as Error).message}` };
  }
}

function factsOf(facts: TrialFacts, fault: PlannedFault): FaultFacts {
  return facts.faults.find(({ name }) => name === fault.name)!;
}

async function scrapeAll(walk: Walk, stage: Stage, moment: Scrape['moment']): Promise<void> {
  const { facts, effects } = walk;
  await Promise.all(
    stage.services.map(async ({ service }) => {
      const name = service as Scrape['service'];
      // A service that can't answer now, because it is the fault's victim, leaves a gap and no error.
      const values = await stage.scrape(name).catch(() => null);
      if (values) facts.scrapes.push({ at: effects.clock.now(), service: name, moment, values });
    }),
  );
}

function startBeat(
  walk: Walk,
  stage: Stage,
  playing: Playing,
  fail: (error: unknown) => void,
): { stop(): void } {
  const { clock } = walk.effects;
  let beat = 0;
  const work = async () => {
    beat += 1;
    report(walk, 'playing', clock.now() - playing.t0);
    await scrapeAll(walk, stage, 'beat');
    if (beat % BEATS_PER_LOOK === 0) await walk.hooks.canKeep();
  };
  return repeat(clock, BEAT_MS, work, fail);
}

/** Works, and again so long after each time, until it is stopped or fails. */
function repeat(
  clock: Clock,
  everyMs: number,
  work: () => Promise<void>,
  fail: (error: unknown) => void,
): { stop(): void } {
  const stopped = new AbortController();
  const loop = async () => {
    while (!stopped.signal.aborted) {
      await work();
      await clock.sleep(everyMs, stopped.signal);
    }
  };
  loop().catch(fail);
  return { stop: () => stopped.abort() };
}

function report(walk: Walk, stage: TrialProgress['stage'], elapsedMs = 0): void {
  const { experiment, trial, tape, facts, samples } = walk;
  const active = facts.faults.find(({ injectedAt, healedAt }) => injectedAt !== null && healedAt === null);
  const span = tape.phases.find(({ fromMs, toMs }) => elapsedMs >= fromMs && elapsedMs < toMs);
  walk.hooks.onProgress({
    experiment,
    trial,
    tape,
    stage,
    phase: stage === 'playing' ? (span?.phase ?? null) : null,
    elapsedMs,
    activeFault: active?.name ?? null,
    samples,
  });
}

/** The tape outlasts every fault, so a generator that ends before the next step has died. */
async function generatorGone(ended: Promise<void>): Promise<never> {
  await ended;
  throw new GauntletError('tool-died', 'k6 ended before the timeline did; its log is in the run folder.');
}

/** A generator that hangs must not hang the run. */
async function overdue(atMs: number, clock: Clock, ending: AbortSignal): Promise<never> {
  await clock.sleep(Math.max(0, atMs - clock.now()), ending);
  throw new GauntletError(
    'tool-died',
    'k6 did not end although its tape was over; its log is in the run folder.',
  );
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function note(facts: TrialFacts, error: unknown, signal: AbortSignal): void {
  facts.ended = signal.aborted ? 'interrupted' : 'aborted';
  if (signal.aborted) return;
  const code = error instanceof GauntletError ? error.code : 'internal';
  const message = error instanceof GauntletError ? error.message : String((error as Error).stack ?? error);
  facts.error = { code, message };
}

function clockOffset(clock: Clock): number {
  return clock.now() - clock.monotonic();
}

function blankFacts(experiment: PlannedExperiment, trial: PlannedTrial): TrialFacts {
  return {
    id: trial.id,
    variant: trial.variant,
    round: trial.round,
    t0: null,
    // What a reader of the record finds when the harness is killed before the trial's end.
    ended: 'interrupted',
    error: null,
    faults: experiment.faults.map(({ name }) => ({
      name,
      injectRequestedAt: null,
      injectedAt: null,
      healRequestedAt: null,
      healedAt: null,
      residue: [],
      error: null,
    })),
    steadyGoodput: null,
    scrapes: [],
    generator: null,
    services: [],
    links: [],
    clockDriftMs: 0,
    samplesFile: `trials/${experiment.name}/${trial.id}/samples.csv`,
  };
}
