import type { Stage } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import type { PlannedFault } from '#contract/plan.ts';
import { scrapeAll } from './beat.ts';
import { factsOf } from './facts.ts';
import type { Walk } from './walk.ts';

/** Seconds of steady load that are looked at before an inject, and the goodput that they must have. */
const STEADY_WINDOW_MS = 5_000;
const LEAST_STEADY_GOODPUT = 0.95;
/** Samples of the last moments are still on their way when the window is looked at. */
const SAMPLE_LAG_MS = 1_700;
/** The same of jobs: whose client asks for them once in a while. */
const JOB_LAG_MS = 3_200;

/** A service that is to be killed is waited for so long until it has something in hand. */
const IN_HAND_WITHIN_MS = 1_500;
const IN_HAND_POLL_MS = 10;

/** Something that happens to the system at an instant of the tape. */
export interface Step {
  atMs: number;
  kind: 'inject' | 'heal';
  fault: PlannedFault;
}

export function stepsOf(faults: readonly PlannedFault[]): Step[] {
  return faults
    .flatMap((fault): Step[] => [
      { atMs: fault.injectAtMs, kind: 'inject', fault },
      { atMs: fault.healAtMs, kind: 'heal', fault },
    ])
    .sort((a, b) => a.atMs - b.atMs);
}

export async function inject(walk: Walk, stage: Stage, fault: PlannedFault): Promise<void> {
  const { facts, effects, hooks } = walk;
  checkSteady(walk);
  const found = factsOf(facts, fault);
  found.injectRequestedAt = effects.clock.now();
  // Before it happens: a record that says less than was done would be a lie.
  await hooks.keep(facts);
  if (fault.inHand) await untilInHand(walk, stage, fault.inHand);
  found.actedAt = effects.clock.now();
  for (const action of fault.inject) await stage.perform(action);
  found.inPlace = await stage.residue();
  found.injectedAt = effects.clock.now();
  await scrapeAll(walk, stage, 'injected');
  await hooks.keep(facts);
}

/**
 * Waits for a moment at which the service that is to be killed has something in hand, and keeps the last reading: that
 * is in nobody's books afterwards. Where none comes it is killed idle, and does not count.
 */
async function untilInHand(
  { facts, effects: { clock } }: Walk,
  stage: Stage,
  { toldBy, series }: NonNullable<PlannedFault['inHand']>,
): Promise<void> {
  const until = clock.now() + IN_HAND_WITHIN_MS;
  for (;;) {
    const values = await stage.scrape(toldBy).catch(() => null);
    const isInHand = values !== null && (values[series] ?? 0) > 0;
    if (values && (isInHand || clock.now() >= until))
      facts.scrapes.push({ at: clock.now(), service: toldBy, moment: 'before-inject', values });
    if (isInHand || clock.now() >= until) return;
    await clock.sleep(IN_HAND_POLL_MS);
  }
}

/** Nothing is injected into a system that wasn't well before: whatever followed could not be told from the fault. */
function checkSteady(walk: Walk): void {
  const { experiment, facts, hooks, effects } = walk;
  if (facts.steadyGoodput !== null) return;
  const lagMs = experiment.load.jobs ? JOB_LAG_MS : SAMPLE_LAG_MS;
  const toMs = effects.clock.now() - facts.t0! - lagMs;
  const goodput = hooks.goodput(walk, { fromMs: toMs - STEADY_WINDOW_MS, toMs }, experiment.load.deadlineMs);
  facts.steadyGoodput = goodput;
  if (goodput !== null && goodput >= LEAST_STEADY_GOODPUT) return;
  const seen = goodput === null ? 'no requests' : `${(goodput * 100).toFixed(1)} % correct answers in time`;
  throw new GauntletError(
    'no-steady-state',
    `No steady state before the fault: ${seen} in 5 s, where ${LEAST_STEADY_GOODPUT * 100} % are needed. ` +
      'Nothing was injected. Try a lower --rate, or look into the logs of the services.',
  );
}

export async function heal(walk: Walk, stage: Stage, fault: PlannedFault): Promise<void> {
  const { facts, effects, hooks } = walk;
  const found = factsOf(facts, fault);
  if (found.healRequestedAt === null) await scrapeAll(walk, stage, 'before-heal');
  found.healRequestedAt ??= effects.clock.now();
  for (const action of fault.heal) await stage.perform(action);
  const others = facts.faults.filter(
    (one) => one !== found && one.injectedAt !== null && one.healedAt === null,
  );
  const expected = others.flatMap(({ inPlace = [] }) => inPlace);
  found.residue = (await stage.residue()).filter((what) => !expected.includes(what));
  if (found.residue.length > 0)
    throw new GauntletError('heal-failed', `Still there after the heal: ${found.residue}.`);
  found.healedAt = effects.clock.now();
  await hooks.keep(facts);
}

/** In reverse, faults that were injected and not healed; then everything, should an inject have broken off half-way. */
export async function healWhatIsLeft(walk: Walk, stage: Stage): Promise<void> {
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
