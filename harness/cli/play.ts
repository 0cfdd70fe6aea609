import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { Capacity } from '#contract/plan.ts';
import type { Verdict } from '#contract/verdict.ts';
import { sampleLoad } from '#harness/effects/busy.ts';
import { guardRun } from '#harness/effects/guard.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { createRunFolder, type RunFolder } from '#harness/effects/run-folder.ts';
import { neededCapacity } from '#harness/plan.ts';
import { cacheDir } from './cache-dir.ts';
import { openConsole } from './console.ts';
import { planText } from './describe.ts';
import { maps } from './maps.ts';
import {
  blankFacts,
  makePlan,
  type Play,
  type Played,
  type Playing,
  playTrials,
  ratesOf,
} from './play-trials.ts';
import { knownCapacities } from './prepare.ts';
import { renderAll } from './render.ts';
import { runsFolder } from './saved-run.ts';
import { openSession } from './session.ts';
import { judgeFacts } from './verdict.ts';

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
  let played: Played;
  try {
    folder = await createRunFolder(parent, runId);
    // From here on whatever ends the harness, SIGKILL included, leaves a run that can be read and judged.
    await folder.writePlan(playing.provisional);
    await folder.writeRecord(blankFacts(playing, runId).record);
    played = await playTrials(playing, folder, runId, guarded.processes);
  } finally {
    await guarded.end();
  }
  const { facts } = played;
  if (facts.record.ended === 'interrupted') facts.record.signal = session.endedBy();
  await folder.writeRecord(facts.record);
  if (session.skipReport()) {
    console.line(`No report, as asked. Record: ${folder.path}/record.json`);
    return session.exitCode() ?? EXIT.interrupted;
  }
  const lines = (await request.afterRun?.(played)) ?? [];
  for (const line of lines) console.line(line);
  const verdict = judgeFacts(played.plan, facts, request.options.allow);
  await report(playing, folder, played, verdict);
  return verdict.exitCode as ExitCode;
}

function commandLine({ command, experiments }: Play): string {
  return `npm run ${command} -- ${experiments.map(({ name }) => name).join(' ')}`;
}

/** The most that C can matter: the rate at which an experiment stops asking. */
function standIns(experiments: readonly Experiment[]): Record<string, Capacity> {
  return Object.fromEntries(
    experiments.flatMap((experiment) => {
      const needed = neededCapacity(experiment, maps.faults);
      return needed === undefined
        ? []
        : [[experiment.name, { variant: '', perSecond: needed.perSecond, atLeast: true, measuredAt: '' }]];
    }),
  );
}

async function report(
  { request, console }: Playing,
  folder: RunFolder,
  { plan, facts }: Played,
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
