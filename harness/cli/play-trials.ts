import { exitCodeFor, GauntletError } from '#contract/errors.ts';
import { EXIT } from '#contract/exit-codes.ts';
import type { Experiment, Objective } from '#contract/experiment.ts';
import type { Capacity, Plan } from '#contract/plan.ts';
import type { Code, Machine } from '#contract/record.ts';
import { viewTrial } from '#contract/trial-view.ts';
import { loadWarnings, type MachineLoad } from '#harness/busy.ts';
import { pinSelf } from '#harness/effects/cores.ts';
import { mostPerSecond } from '#harness/effects/machine.ts';
import type { Processes } from '#harness/effects/process.ts';
import type { RunFolder } from '#harness/effects/run-folder.ts';
import type { PlayCommand } from '#harness/plan/request.ts';
import { plan } from '#harness/plan.ts';
import { playedTrials, resumedFacts } from '#harness/resume.ts';
import { blankRun, type RunFacts, type RunHooks, type RunIdentity, run } from '#harness/run.ts';
import { disturbance } from '#slo/disturbed.ts';
import { goodputIn } from '#slo/goodput.ts';
import { LOOKS } from '#slo/statistics/looks.ts';
import type { AgainstOther } from './against.ts';
import type { Console } from './console.ts';
import { leftText, planText, type RateSource } from './describe.ts';
import type { Live } from './live/live.ts';
import { type Show, showOn } from './live/look.ts';
import { maps } from './maps.ts';
import type { PlayOptions } from './options.ts';
import { measureMissing, type Prepared, prepareEffects } from './prepare.ts';
import { refuseOtherTools } from './resume.ts';
import type { SavedRun } from './saved-run.ts';
import type { Session } from './session.ts';
import { judgeFacts } from './verdict.ts';
import type { Watcher } from './watcher.ts';

export interface Play {
  command: PlayCommand;
  experiments: readonly Experiment[];
  /** By `file/name`: those that the experiments name. */
  objectives: Record<string, Objective>;
  options: PlayOptions;
  /** Names and options that decide what is played, as they were typed. */
  typed?: string[];
  /** `--resume`. */
  resume?: SavedRun;
  /** `--against`, `--against-target`. */
  against?: AgainstOther;
  /** Called with what was played before it is judged; its lines are printed before the report's. */
  afterRun?(played: Played): Promise<string[]>;
}

export interface Playing {
  request: Play;
  console: Console;
  machine: Machine;
  code: Code;
  known: Record<string, Capacity>;
  provisional: Plan;
  /** What is known before anything is played: nothing, or what a run that is gone on with has. */
  begun: RunFacts;
  session: Session;
  live: Live;
  watcher: Watcher;
  /** Where the run folder goes, or is. */
  runFolder: string;
  /** It holds what this command prints, as it is in the background. */
  hasLog: boolean;
  /** How busy others keep the machine, sampled beside the preparations. */
  load: Promise<MachineLoad>;
}

/** What was played, by which plan. */
export interface Played {
  plan: Plan;
  facts: RunFacts;
}

/** Prepares, plays and stops; an interrupt in the preparations gives a record without trials. */
export async function playTrials(playing: Playing, folder: RunFolder, processes: Processes): Promise<Played> {
  const { session, provisional, request, begun: facts } = playing;
  let ready: Ready;
  try {
    ready = await prepare(playing, folder, processes);
    if (request.resume) refuseOtherTools(facts.record, ready.tools);
  } catch (error) {
    if (session.signal.aborted) {
      await folder.makeLatest();
      return { plan: provisional, facts };
    }
    // Without a tool, or with a bad GAUNTLET_MIRROR, nothing was played: an empty folder would say nothing.
    const isUsage = error instanceof GauntletError && exitCodeFor(error.code) === EXIT.usage;
    const isEmpty = !request.resume && !playing.hasLog;
    if (isUsage && isEmpty) await folder.remove();
    else await folder.writeRecord({ ...facts.record, ended: 'aborted' }).catch(() => {});
    throw error;
  }
  return playLooks(playing, folder, ready);
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
    { id: playing.begun.record.runId, folder: folder.path },
    console,
    session.signal,
  );
  for (const warning of loadWarnings(await load)) console.line(warning);
  if (machine.pinnedCores) await pinSelf(machine.pinnedCores.load);
  const show = showOn(console, playing.live);
  const hooks = hooksOf(playing, folder, show);
  const capacities =
    options.rate === undefined
      ? await measureMissing(experiments, known, machine, prepared.effects, hooks, { console, show })
      : {};
  return { ...prepared, hooks, capacities };
}

/** Plays the plan, and where it was asked for twice as much of it, up to three times, while nothing is settled. */
async function playLooks(
  playing: Playing,
  folder: RunFolder,
  { effects, hooks, capacities, tools }: Ready,
): Promise<Played> {
  const { request, console, begun } = playing;
  const identity = { ...identityOf(playing, begun.record.runId), tools };
  const of = looksOf(request);
  let soFar = request.resume ? begun : undefined;
  await folder.makeLatest();
  for (let number = firstLook(request); ; number += 1) {
    const planned = makePlan(playing, capacities, number);
    await folder.writePlan(planned);
    console.line(planText(planned, ratesOf(request, capacities)));
    if (request.resume && soFar === begun) console.line(leftText(planned, begun.record));
    const facts = await run(planned, effects, identity, hooks, soFar);
    const isOpen =
      facts.record.ended === 'completed' && judgeFacts(planned, facts, undefined).outcome === 'inconclusive';
    if (!isOpen || number === of) return { plan: planned, facts };
    console.line(`Look ${number} of ${of} settles nothing yet: as much again is played.`);
    soFar = facts;
  }
}

type Beginning = Pick<Playing, 'request' | 'machine' | 'code'>;

function identityOf({ request, machine, code }: Beginning, runId: string): RunIdentity {
  return { runId, machine, tools: {}, code, arguments: request.typed ?? [] };
}

/** The facts of a run before its first trial, or of one that is gone on with. */
export function beginning(playing: Beginning, provisional: Plan, runId: string): RunFacts {
  const now = new Date().toISOString();
  const { resume } = playing.request;
  return resume ? resumedFacts(resume, now) : blankRun(provisional, identityOf(playing, runId), now);
}

/** The look at which a run begins, or goes on. */
export function firstLook({ resume }: Play): number {
  return resume?.plan.look?.number ?? 1;
}

function hooksOf(
  { console, session, watcher, provisional, begun }: Playing,
  folder: RunFolder,
  show: Show,
): RunHooks {
  const total = provisional.experiments.reduce((sum, { trials }) => sum + trials.length, 0);
  let done = playedTrials(begun.record);
  return {
    signal: session.signal,
    goodput: goodputIn,
    disturbance: (experiment, { facts, samples }) => disturbance(viewTrial(experiment, facts, samples)),
    onReplay: ({ id }, why) => console.line(`Trial ${id} is played again, the machine disturbed it: ${why}.`),
    onProgress(progress) {
      show(progress, `${done + 1}/${Math.max(total, done + 1)}`);
      watcher.onProgress(progress);
    },
    compact: (experiment, { facts, samples }) => folder.writeSamples(viewTrial(experiment, facts, samples)),
    keep: folder.writeRecord,
    canKeep: folder.checkWritable,
    onTrial: () => {
      done += 1;
    },
  };
}

function looksOf({ options }: Pick<Play, 'options'>): number {
  return options.extendUntilConclusive ? LOOKS : 1;
}

export function makePlan(
  {
    request: { command, experiments, objectives, options, against },
    machine,
  }: Pick<Playing, 'request' | 'machine'>,
  capacities: Record<string, Capacity>,
  lookNumber = 1,
): Plan {
  const of = looksOf({ options });
  return plan({
    command,
    profile: options.profile,
    seed: options.seed,
    experiments,
    faults: maps.faults,
    scenarios: maps.scenarios,
    objectives,
    mostPerSecond: mostPerSecond(machine),
    capacities,
    look: of === 1 ? null : { number: lookNumber, of },
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
