import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

import { exitCodeFor, GauntletError } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import type { Experiment, Objective } from '#contract/experiment.ts';
import type { Capacity, Plan } from '#contract/plan.ts';
import type { Machine } from '#contract/record.ts';
import { viewTrial } from '#contract/trial-view.ts';
import type { Verdict } from '#contract/verdict.ts';
import { loadWarnings, type MachineLoad } from '#harness/busy.ts';
import { sampleLoad } from '#harness/effects/busy.ts';
import { pinSelf } from '#harness/effects/cores.ts';
import { guardRun } from '#harness/effects/guard.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import type { Processes } from '#harness/effects/process.ts';
import { createRunFolder, type RunFolder } from '#harness/effects/run-folder.ts';
import { neededCapacity, type PlayCommand, plan } from '#harness/plan.ts';
import { blankRun, type RunFacts, type RunHooks, run } from '#harness/run.ts';
import { disturbance } from '#slo/disturbed.ts';
import { goodputIn } from '#slo/goodput.ts';
import { cacheDir } from './cache-dir.ts';
import { type Console, openConsole } from './console.ts';
import { planText, type RateSource } from './describe.ts';
import { maps } from './maps.ts';
import type { PlayOptions } from './options.ts';
import { knownCapacities, measureMissing, prepareEffects } from './prepare.ts';
import { progressLine, progressTopic } from './progress.ts';
import { renderAll } from './render.ts';
import { runsFolder } from './saved-run.ts';
import { openSession, type Session } from './session.ts';
import { judgeFacts } from './verdict.ts';

export interface Play {
  command: PlayCommand;
  experiments: readonly Experiment[];
  /** By `file/name`: those that the experiments name. */
  objectives: Record<string, Objective>;
  options: PlayOptions;
}

/** Experiment → plan → record → verdict → report, with real processes. Resolves to the command's exit code. */
export async function play(request: Play): Promise<ExitCode> {
  const { options, experiments } = request;
  const console = openConsole(options.json ? process.stderr : process.stdout);
  const machine = await describeMachine(options.pinCores);
  const isKnown = options.rate === undefined && !options.remeasure;
  const known = isKnown ? await knownCapacities(experiments, machine) : {};
  // Made before anything starts, so that whatever can't be played is said at once.
  const provisional = makePlan(request, { ...standIns(experiments), ...known });
  if (options.dryRun) {
    process.stdout.write(
      options.json
        ? `${JSON.stringify(provisional)}\n`
        : `${planText(provisional, ratesOf(request, known))}\n`,
    );
    return EXIT.pass;
  }
  const load = sampleLoad();
  const session = openSession((again) =>
    console.line(
      again ? 'Leaving the report out; healing goes on.' : 'Interrupted: healing and stopping everything.',
    ),
  );
  try {
    return await playInSession({ request, console, machine, known, provisional, session, load });
  } finally {
    session.dispose();
  }
}

interface Playing {
  request: Play;
  console: Console;
  machine: Machine;
  known: Record<string, Capacity>;
  provisional: Plan;
  session: Session;
  /** How busy others keep the machine, sampled beside the preparations. */
  load: Promise<MachineLoad>;
}

async function playInSession(playing: Playing): Promise<ExitCode> {
  const { request, console, session } = playing;
  const startedAt = new Date();
  const runId = `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}-${request.command}`;
  const parent = resolve(request.options.out ?? runsFolder);
  const guarded = await guardRun(cacheDir, {
    runId,
    command: commandLine(request),
    runFolder: join(parent, runId),
  });
  let folder: RunFolder;
  let result: { plan: Plan; facts: RunFacts };
  try {
    folder = await createRunFolder(parent, runId);
    // From here on whatever ends the harness, SIGKILL included, leaves a run that can be read and judged.
    await folder.writePlan(playing.provisional);
    await folder.writeRecord(blankFacts(playing, runId).record);
    result = await playTrials(playing, folder, runId, guarded.processes);
  } finally {
    await guarded.end();
  }
  const { plan: played, facts } = result;
  if (facts.record.ended === 'interrupted') facts.record.signal = session.endedBy();
  await folder.writeRecord(facts.record);
  if (session.skipReport()) {
    console.line(`No report, as asked. Record: ${folder.path}/record.json`);
    return session.exitCode() ?? EXIT.interrupted;
  }
  const verdict = judgeFacts(played, facts, request.options.allow);
  await report(playing, folder, played, facts, verdict);
  return verdict.exitCode as ExitCode;
}

/** Starts, plays and stops; an interrupt in the preparations gives a record without trials. */
async function playTrials(
  playing: Playing,
  folder: RunFolder,
  runId: string,
  processes: Processes,
): Promise<{ plan: Plan; facts: RunFacts }> {
  const { request, console, machine, known, provisional, session, load } = playing;
  const { experiments } = request;
  try {
    const { effects, tools } = await prepareEffects(
      experiments,
      machine,
      processes,
      folder.path,
      console,
      session.signal,
    );
    for (const warning of loadWarnings(await load)) console.line(warning);
    if (machine.pinnedCores) await pinSelf(machine.pinnedCores.load);
    const hooks = hooksOf(console, folder, provisional, session);
    const capacities =
      request.options.rate === undefined
        ? await measureMissing(experiments, known, machine, effects, hooks, console)
        : {};
    const final = makePlan(request, capacities);
    await folder.writePlan(final);
    await folder.makeLatest();
    console.line(planText(final, ratesOf(request, capacities)));
    const facts = await run(final, effects, { runId, machine, tools }, hooks);
    return { plan: final, facts };
  } catch (error) {
    if (!session.signal.aborted) {
      const { record } = blankFacts(playing, runId);
      // Without a tool, or with a bad GAUNTLET_MIRROR, nothing was played: an empty folder would say nothing.
      if (error instanceof GauntletError && exitCodeFor(error.code) === EXIT.usage) await folder.remove();
      else await folder.writeRecord({ ...record, ended: 'aborted' }).catch(() => {});
      throw error;
    }
    await folder.makeLatest();
    return { plan: provisional, facts: blankFacts(playing, runId) };
  }
}

function blankFacts({ provisional, machine }: Playing, runId: string): RunFacts {
  return blankRun(provisional, { runId, machine, tools: {} }, new Date().toISOString());
}

function commandLine({ command, experiments }: Play): string {
  return `npm run ${command} -- ${experiments.map(({ name }) => name).join(' ')}`;
}

function hooksOf(console: Console, folder: RunFolder, plan: Plan, session: Session): RunHooks {
  const total = plan.experiments.reduce((sum, { trials }) => sum + trials.length, 0);
  let done = 0;
  return {
    signal: session.signal,
    goodput: goodputIn,
    disturbance: (experiment, { facts, samples }) => disturbance(viewTrial(experiment, facts, samples)),
    onReplay: ({ id }, why) => console.line(`Trial ${id} is played again, the machine disturbed it: ${why}.`),
    onProgress: (progress) =>
      console.status(progressLine(progress, `${done + 1}/${total}`), progressTopic(progress)),
    keep: folder.writeRecord,
    onTrial: () => {
      done += 1;
    },
  };
}

function makePlan(
  { command, experiments, objectives, options }: Play,
  capacities: Record<string, Capacity>,
): Plan {
  return plan({
    command,
    profile: options.profile,
    seed: options.seed,
    experiments,
    faults: maps.faults,
    objectives,
    capacities,
    ratePerSecond: options.rate,
    durationSeconds: options.duration,
    fault: options.fault,
  });
}

function ratesOf({ experiments, options }: Play, capacities: Record<string, Capacity>): RateSource {
  return { experiments, capacities, overridden: options.rate !== undefined };
}

/** The most that C can matter: the rate at which an experiment stops asking. */
function standIns(experiments: readonly Experiment[]): Record<string, Capacity> {
  return Object.fromEntries(
    experiments.flatMap(({ name, load }) => {
      const perSecond = neededCapacity(load.rate);
      return perSecond === undefined
        ? []
        : [[name, { variant: '', perSecond, atLeast: true, measuredAt: '' }]];
    }),
  );
}

async function report(
  { request, console }: Playing,
  folder: RunFolder,
  plan: Plan,
  facts: RunFacts,
  verdict: Verdict,
): Promise<void> {
  const input = { plan, record: facts.record, samples: facts.samples, verdict, runFolder: folder.path };
  await renderAll(input, folder.writeFiles, console);
  if (request.options.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  if (request.options.open) openInBrowser(`${folder.path}/report.html`);
}

function openInBrowser(path: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(opener, [path], { detached: true, stdio: 'ignore' })
    .on('error', () => {})
    .unref();
}
