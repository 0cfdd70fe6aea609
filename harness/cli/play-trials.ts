import { exitCodeFor, GauntletError } from '#contract/errors.ts';
import { EXIT } from '#contract/exit-codes.ts';
import type { Experiment, Objective } from '#contract/experiment.ts';
import type { Capacity, Plan } from '#contract/plan.ts';
import type { Machine } from '#contract/record.ts';
import { viewTrial } from '#contract/trial-view.ts';
import { loadWarnings, type MachineLoad } from '#harness/busy.ts';
import { pinSelf } from '#harness/effects/cores.ts';
import type { Processes } from '#harness/effects/process.ts';
import type { RunFolder } from '#harness/effects/run-folder.ts';
import { type PlayCommand, plan } from '#harness/plan.ts';
import { blankRun, type RunFacts, type RunHooks, type RunIdentity, run } from '#harness/run.ts';
import { disturbance } from '#slo/disturbed.ts';
import { goodputIn } from '#slo/goodput.ts';
import { LOOKS } from '#slo/statistics/looks.ts';
import type { AgainstCommit } from './against.ts';
import type { Console } from './console.ts';
import { planText, type RateSource } from './describe.ts';
import { maps } from './maps.ts';
import type { PlayOptions } from './options.ts';
import { measureMissing, type Prepared, prepareEffects } from './prepare.ts';
import { progressLine, progressTopic } from './progress.ts';
import type { Session } from './session.ts';
import { judgeFacts } from './verdict.ts';

export interface Play {
  command: PlayCommand;
  experiments: readonly Experiment[];
  /** By `file/name`: those that the experiments name. */
  objectives: Record<string, Objective>;
  options: PlayOptions;
  /** `--against`. */
  against?: AgainstCommit;
  /** Called with what was played before it is judged; its lines are printed before the report's. */
  afterRun?(played: Played): Promise<string[]>;
}

export interface Playing {
  request: Play;
  console: Console;
  machine: Machine;
  known: Record<string, Capacity>;
  provisional: Plan;
  session: Session;
  /** How busy others keep the machine, sampled beside the preparations. */
  load: Promise<MachineLoad>;
}

/** What was played, by which plan. */
export interface Played {
  plan: Plan;
  facts: RunFacts;
}

/** Prepares, plays and stops; an interrupt in the preparations gives a record without trials. */
export async function playTrials(
  playing: Playing,
  folder: RunFolder,
  runId: string,
  processes: Processes,
): Promise<Played> {
  const { session, provisional } = playing;
  let ready: Ready;
  try {
    ready = await prepare(playing, folder, processes);
  } catch (error) {
    const facts = blankFacts(playing, runId);
    if (session.signal.aborted) {
      await folder.makeLatest();
      return { plan: provisional, facts };
    }
    // Without a tool, or with a bad GAUNTLET_MIRROR, nothing was played: an empty folder would say nothing.
    if (error instanceof GauntletError && exitCodeFor(error.code) === EXIT.usage) await folder.remove();
    else await folder.writeRecord({ ...facts.record, ended: 'aborted' }).catch(() => {});
    throw error;
  }
  return playLooks(playing, folder, ready, { runId, machine: playing.machine, tools: ready.tools });
}

interface Ready extends Prepared {
  hooks: RunHooks;
  capacities: Record<string, Capacity>;
}

async function prepare(playing: Playing, folder: RunFolder, processes: Processes): Promise<Ready> {
  const { request, console, machine, known, session, load } = playing;
  const { experiments, options } = request;
  const onProgress = (line: string) => console.status(line, line);
  await request.against?.install({ processes, onProgress, signal: session.signal });
  const prepared = await prepareEffects(
    experiments,
    machine,
    processes,
    folder.path,
    console,
    session.signal,
  );
  for (const warning of loadWarnings(await load)) console.line(warning);
  if (machine.pinnedCores) await pinSelf(machine.pinnedCores.load);
  const hooks = hooksOf(playing, folder);
  const capacities =
    options.rate === undefined
      ? await measureMissing(experiments, known, machine, prepared.effects, hooks, console)
      : {};
  return { ...prepared, hooks, capacities };
}

/** Plays the plan, and where it was asked for twice as much of it, up to three times, while nothing is settled. */
async function playLooks(
  { request, console }: Playing,
  folder: RunFolder,
  { effects, hooks, capacities }: Ready,
  identity: RunIdentity,
): Promise<Played> {
  const of = request.options.extendUntilConclusive ? LOOKS : 1;
  let soFar: RunFacts | undefined;
  for (let number = 1; ; number += 1) {
    const planned = makePlan(request, capacities, of === 1 ? null : { number, of });
    await folder.writePlan(planned);
    if (number === 1) await folder.makeLatest();
    console.line(planText(planned, ratesOf(request, capacities)));
    const facts = await run(planned, effects, identity, hooks, soFar);
    const isOpen =
      facts.record.ended === 'completed' && judgeFacts(planned, facts, undefined).outcome === 'inconclusive';
    if (!isOpen || number === of) return { plan: planned, facts };
    console.line(`Look ${number} of ${of} settles nothing yet: as much again is played.`);
    soFar = facts;
  }
}

export function blankFacts({ provisional, machine }: Playing, runId: string): RunFacts {
  return blankRun(provisional, { runId, machine, tools: {} }, new Date().toISOString());
}

function hooksOf({ console, session, provisional }: Playing, folder: RunFolder): RunHooks {
  const total = provisional.experiments.reduce((sum, { trials }) => sum + trials.length, 0);
  let done = 0;
  return {
    signal: session.signal,
    goodput: goodputIn,
    disturbance: (experiment, { facts, samples }) => disturbance(viewTrial(experiment, facts, samples)),
    onReplay: ({ id }, why) => console.line(`Trial ${id} is played again, the machine disturbed it: ${why}.`),
    onProgress: (progress) =>
      console.status(
        progressLine(progress, `${done + 1}/${Math.max(total, done + 1)}`),
        progressTopic(progress),
      ),
    compact: (experiment, { facts, samples }) => folder.writeSamples(viewTrial(experiment, facts, samples)),
    keep: folder.writeRecord,
    canKeep: folder.checkWritable,
    onTrial: () => {
      done += 1;
    },
  };
}

export function makePlan(
  { command, experiments, objectives, options, against }: Play,
  capacities: Record<string, Capacity>,
  look: Plan['look'] = null,
): Plan {
  return plan({
    command,
    profile: options.profile,
    seed: options.seed,
    experiments,
    faults: maps.faults,
    objectives,
    capacities,
    look,
    ratePerSecond: options.rate,
    durationSeconds: options.duration,
    fault: options.fault,
    pairs: options.pairs,
    against,
  });
}

export function ratesOf({ experiments, options }: Play, capacities: Record<string, Capacity>): RateSource {
  return { experiments, capacities, overridden: options.rate !== undefined };
}
