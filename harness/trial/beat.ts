import type { Clock, Playing, Stage } from '#contract/effects.ts';
import type { Scrape } from '#contract/record.ts';
import type { TrialProgress, Walk } from './walk.ts';

/** Milliseconds between regular readings of the services' metrics, and between progress reports. */
const BEAT_MS = 500;
/** After so many beats it is looked whether the facts could still be kept. */
const BEATS_PER_LOOK = 4;

/** Reads metrics and reports progress, again and again, until it is stopped or can't keep anything any more. */
export function startBeat(
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

/** Looks, again and again, whether what is found could be kept. */
export function watchKeeping({ effects, hooks }: Walk, fail: (error: unknown) => void): { stop(): void } {
  return repeat(effects.clock, BEATS_PER_LOOK * BEAT_MS, hooks.canKeep, fail);
}

export async function scrapeAll(walk: Walk, stage: Stage, moment: Scrape['moment']): Promise<void> {
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

export function report(walk: Walk, stage: TrialProgress['stage'], elapsedMs = 0): void {
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
    services: facts.services,
  });
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
