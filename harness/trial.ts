import type { Clock, Effects, Stage, StageSetup } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import type { PlannedExperiment, PlannedTrial } from '#contract/plan.ts';
import { addSample, blankSamples } from '#contract/samples.ts';
import { tapeEndMs } from './tape.ts';
import { report, scrapeAll, startBeat, watchKeeping } from './trial/beat.ts';
import { blankFacts, note } from './trial/facts.ts';
import { heal, healWhatIsLeft, inject, stepsOf } from './trial/faults.ts';
import type { PlayedTrial, TrialHooks, Walk } from './trial/walk.ts';

export type { PlayedTrial, TrialHooks, TrialProgress } from './trial/walk.ts';

/** The generator bounds itself by 5 s after the last client timeout; so much later it is said to hang. */
const OVERDUE_MS = 10_000;

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
    samples: blankSamples(tape.atMs.length),
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
  const looking = watchKeeping(walk, (error) => failing.abort(error));
  try {
    return await effects.raise({
      trialId: `${experiment.name}/${trial.id}`,
      variant: experiment.variants[trial.variant]!,
      ...placeOf(experiment, trial.variant),
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

/** Another commit's system, or another server, where the variant stands for it. */
function placeOf(
  { against, target }: PlannedExperiment,
  variant: string,
): Partial<Pick<StageSetup, 'folder' | 'target'>> {
  if (against?.variant !== variant) return { target };
  return 'url' in against
    ? { target: target && { ...target, url: against.url } }
    : { folder: against.folder };
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
    onSamples: (more) => {
      for (const sample of more) addSample(samples, sample);
    },
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

function clockOffset(clock: Clock): number {
  return clock.now() - clock.monotonic();
}
