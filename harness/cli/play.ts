import { spawn } from 'node:child_process';
import { basename, dirname, join, resolve } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import type { RuntimeName } from '#contract/names.ts';
import { experimentOf, type Plan } from '#contract/plan.ts';
import type { Verdict } from '#contract/verdict.ts';
import { sampleLoad } from '#harness/effects/busy.ts';
import { describeCode } from '#harness/effects/code.ts';
import { guardRun } from '#harness/effects/guard.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { refuseWithoutPackages } from '#harness/effects/packages.ts';
import { createRunFolder, type RunFolder } from '#harness/effects/run-folder.ts';
import { runtimes } from '#harness/effects/runtimes/index.ts';
import { resumedFacts } from '#harness/resume.ts';
import { foregroundArguments, runIdFromOutside, startInBackground } from './background.ts';
import { cacheDir } from './cache-dir.ts';
import { capacitiesFor, STAND_IN, standIns } from './capacities.ts';
import { openConsole } from './console.ts';
import { leftText, planLength, planText } from './describe.ts';
import { isPackage, root } from './home.ts';
import { openLive, unseen } from './live/live.ts';
import { refuseOnStack } from './on-stack.ts';
import { onTarget } from './on-target.ts';
import {
  beginning,
  firstLook,
  makePlan,
  type Play,
  type Played,
  type Playing,
  playTrials,
  ratesOf,
} from './play-trials.ts';
import { renderAll } from './render.ts';
import { refuseDifferent } from './resume.ts';
import { writeRunsIndex } from './runs-index.ts';
import { runsFolder } from './saved-run.ts';
import { openSession } from './session.ts';
import { judgeFacts } from './verdict.ts';
import { openWatcher } from './watcher.ts';

const IN_A_CHECKOUT =
  '--runtime containers and stack are made of the Dockerfile and docker-compose.yml of a checkout, which a package has ' +
  'not; the services of a package are processes.';

function isMadeHere(runtime: RuntimeName): boolean {
  return runtime === 'containers' || runtime === 'stack';
}

/** Experiment → plan → record → verdict → report, with real processes. Resolves to the command's exit code. */
export async function play(asked: Play): Promise<ExitCode> {
  const request: Play = { ...asked, options: onTarget(asked) };
  const { options, experiments } = request;
  const console = openConsole(options.json ? process.stderr : process.stdout);
  const isOthers = options.runtime === 'stack' || options.runtime === 'target';
  const machine = await describeMachine(options.pinCores && !isOthers, options.runtime);
  const code = await describeCode(root, !isPackage);
  const known = await capacitiesFor(request, machine);
  // Made before anything starts, so that whatever can't be played is said at once.
  const provisional = makePlan(
    { request, machine },
    { ...standIns(experiments, machine), ...known },
    firstLook(request),
  );
  if (isPackage && isMadeHere(options.runtime)) throw new GauntletError('not-playable', IN_A_CHECKOUT);
  if (options.runtime === 'stack') refuseOnStack(request, provisional);
  if (request.resume) refuseDifferent(request.resume, { plan: provisional, machine, code });
  if (options.dryRun) {
    process.stdout.write(
      options.json
        ? `${JSON.stringify(provisional)}\n`
        : `${planText(provisional, ratesOf(request, known))}\n`,
    );
    return EXIT.pass;
  }
  if (options.runtime !== 'target') refuseWithoutPackages(root);
  await runtimes[options.runtime].check();
  const given = runIdFromOutside();
  const runId = request.resume?.record.runId ?? given ?? newRunId(request.command);
  const runFolder = request.resume?.path ?? join(resolve(options.out ?? runsFolder), runId);
  if (options.background) return leaveInBackground(request, provisional, { runId, runFolder });
  // A long one says so before anything is prepared.
  if (request.command === 'compare' && !request.resume) console.line(beforehand(request, provisional));
  const watcher = await openWatcher(options);
  const load = sampleLoad();
  const session = openSession((again) =>
    console.line(
      again ? 'Leaving the report out; healing goes on.' : 'Interrupted: healing and stopping everything.',
    ),
  );
  let live = unseen;
  try {
    if (options.live) {
      const announce = (url: string) => console.line(`Live: ${url}`);
      live = await openLive({ runId, command: request.command }, options.livePort ?? 0, announce);
    }
    const begun = beginning({ request, machine, code }, provisional, runId);
    const told = { console, session, watcher, live };
    const shared = { request, machine, code, known, provisional, begun, load, ...told };
    return await playInSession({ ...shared, runFolder, hasLog: given !== undefined });
  } catch (error) {
    live.fail((error as Error).message);
    throw error;
  } finally {
    await live.close();
    await watcher.close();
    session.dispose();
  }
}

/** The plan is made and no other run is active: what can't be played was said. */
async function leaveInBackground(
  request: Play,
  provisional: Plan,
  run: { runId: string; runFolder: string },
): Promise<ExitCode> {
  process.stdout.write(`${beforehand(request, provisional)}\n`);
  const { command, options, typed = [], resume } = request;
  const args = foregroundArguments(command, options, typed, resume?.path);
  process.stdout.write(
    `${await startInBackground({ ...run, command: activeCommand(request), runtime: options.runtime }, args)}\n`,
  );
  return EXIT.pass;
}

/** How long it takes, before anything is prepared. */
function beforehand({ resume, experiments }: Play, provisional: Plan): string {
  if (resume) return leftText(provisional, resumedFacts(resume, resume.record.endedAt).record);
  const names = experiments.map(({ name }) => name);
  const unknown = provisional.experiments.filter(({ capacity }) => capacity?.variant === STAND_IN);
  const toMeasure = [...new Set(unknown.map(experimentOf))];
  const first = toMeasure.length > 0 ? `; before it C is measured for ${toMeasure.join(', ')}` : '';
  return `${names.join(', ')}: about ${planLength(provisional)}${first}.`;
}

async function playInSession(playing: Playing): Promise<ExitCode> {
  const { request, console, session, watcher, begun, runFolder } = playing;
  const { resume } = request;
  const { runId } = begun.record;
  const { runtime } = request.options;
  const command = activeCommand(request);
  const guarded = await guardRun(cacheDir, { runId, command, runFolder, runtime });
  let folder: RunFolder;
  let played: Played;
  try {
    folder = await createRunFolder(dirname(runFolder), basename(runFolder), resume?.seal);
    // From here on whatever ends the harness, SIGKILL included, leaves a run that can be read and judged.
    await folder.writePlan(playing.provisional);
    await folder.writeRecord(begun.record);
    if (resume) await folder.dropUnrecorded(begun.record);
    played = await playTrials(playing, folder, guarded.processes);
  } finally {
    await guarded.end();
  }
  const { facts } = played;
  if (facts.record.ended === 'interrupted') facts.record.signal = session.endedBy();
  await folder.writeRecord(facts.record);
  if (session.skipReport()) {
    console.line(`No report, as asked. Record: ${folder.path}/record.json`);
    playing.live.fail('It was interrupted, and no report was wanted.');
    return session.exitCode() ?? EXIT.interrupted;
  }
  const lines = (await request.afterRun?.(played)) ?? [];
  for (const line of lines) console.line(line);
  const verdict = judgeFacts(played.plan, facts, request.options.allow);
  watcher.onVerdict(verdict);
  await report(playing, folder, played, verdict);
  return verdict.exitCode as ExitCode;
}

/** What is said to whoever wants to start another run meanwhile. */
function activeCommand({ command, experiments }: Play): string {
  return `npm run ${command} -- ${experiments.map(({ name }) => name).join(' ')}`;
}

function newRunId(command: string): string {
  return `${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}-${command}`;
}

async function report(
  { request, console, live }: Playing,
  folder: RunFolder,
  { plan, facts }: Played,
  verdict: Verdict,
): Promise<void> {
  const input = { plan, record: facts.record, samples: facts.samples, verdict, runFolder: folder.path };
  await renderAll(input, folder.writeFiles, console);
  await writeRunsIndex(dirname(folder.path), console);
  live.end(input);
  if (request.options.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  if (request.options.open) openInBrowser(`${folder.path}/report.html`);
}

function openInBrowser(path: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(opener, [path], { detached: true, stdio: 'ignore' })
    .on('error', () => {})
    .unref();
}
