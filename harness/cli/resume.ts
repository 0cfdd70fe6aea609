import { Command } from 'commander';
import { GauntletError } from '#contract/errors.ts';
import { fingerprintOf, fingerprintText } from '#contract/fingerprint.ts';
import type { Plan } from '#contract/plan.ts';
import type { Code, Machine, RunRecord } from '#contract/record.ts';
import { planDifferences, playedTrials } from '#harness/resume.ts';
import type { PlayOptions } from './options.ts';
import { readRun, type SavedRun } from './saved-run.ts';

/** Options that say how a run is shown, not what it plays. */
const PASSING = [
  'resume',
  'background',
  'json',
  'out',
  'open',
  'live',
  'livePort',
  'dryRun',
  'remeasure',
  'metricsPort',
];

/** What a command is to play. */
export interface Asked<O extends PlayOptions> {
  names: string[];
  options: O;
  /** The names and options that decide what is played, as they were typed. */
  typed: string[];
  /** `--resume`: the run to be gone on with. */
  resume?: SavedRun;
}

/** What was typed; with `--resume`, whatever isn't said again is as it was when the run began. */
export async function askedFor<O extends PlayOptions>(
  names: string[],
  options: O,
  command: Command,
): Promise<Asked<O>> {
  if (options.resume === undefined) return { names, options, typed: typedIn(command) };
  const resume = await readRun(options.resume);
  refuseOther(command.name(), resume);
  const typed = resume.record.arguments ?? [];
  const before = sameOptions(command).parse(typed, { from: 'user' });
  return {
    names: names.length > 0 ? names : before.args,
    options: { ...before.opts<O>(), ...givenIn(command) },
    typed,
    resume,
  };
}

/** Takes what the command takes, and holds nothing that was typed. */
function sameOptions({ options, registeredArguments }: Command): Command {
  const fresh = new Command().exitOverride();
  for (const option of options) fresh.addOption(option);
  for (const argument of registeredArguments) fresh.addArgument(argument);
  return fresh;
}

function refuseOther(command: string, { record }: SavedRun): void {
  const { runId } = record;
  if (record.command !== command)
    throw notResumable(`${runId} was played by ${record.command}, not by ${command}.`);
  if (record.ended === 'completed')
    throw notResumable(`${runId} was played to its end, so there is nothing to go on with.`);
  if (playedTrials(record) === 0)
    throw notResumable(`Of ${runId} nothing was played yet; begin anew: ${commandLine(record)}`);
}

/** Refuses to mix trials that would not be of one run. */
export function refuseDifferent(
  { plan, record }: SavedRun,
  now: { plan: Plan; machine: Machine; code: Code },
): void {
  const [then, here] = [record.machine, now.machine].map(fingerprintOf);
  if (then!.digest !== here!.digest)
    throw notResumable(
      `${record.runId} is of another machine, or of other cores of it:\n  then  ${fingerprintText(then!)}\n  now   ${fingerprintText(here!)}`,
    );
  if (record.code && record.code.sut !== now.code.sut)
    throw notResumable(
      `sut/ is not what it was when ${record.runId} began, so its trials would be of two systems.`,
    );
  const different = planDifferences(plan, now.plan);
  if (different.length > 0)
    throw notResumable(
      `What would be played now is not what ${record.runId} plays:\n  ${different.join('\n  ')}\n` +
        `It was begun by: ${commandLine(record)}`,
    );
}

export function refuseOtherTools(record: RunRecord, tools: RunRecord['tools']): void {
  const other = Object.entries(record.tools).find(([name, { version }]) => tools[name]?.version !== version);
  if (!other) return;
  const [name, { version }] = other;
  throw notResumable(
    `${record.runId} was begun with ${name} ${version}, and here is ${tools[name]?.version ?? 'none'}.`,
  );
}

/** What begins the same run. */
export function commandLine({
  command,
  arguments: typed = [],
}: Pick<RunRecord, 'command' | 'arguments'>): string {
  return `npm run ${command}${typed.length > 0 ? ` -- ${typed.join(' ')}` : ''}`;
}

function typedIn(command: Command): string[] {
  const given = givenIn(command);
  const flags = command.options.flatMap((option) => {
    const name = option.attributeName();
    if (!(name in given) || PASSING.includes(name)) return [];
    const value = given[name];
    if (typeof value === 'boolean') return [option.long!];
    const values = [value].flat().map(String);
    return option.variadic ? [option.long!, ...values] : values.flatMap((one) => [option.long!, one]);
  });
  return [...command.args, ...flags];
}

function givenIn(command: Command): Record<string, unknown> {
  const all = Object.entries(command.opts());
  return Object.fromEntries(all.filter(([name]) => command.getOptionValueSource(name) === 'cli'));
}

function notResumable(message: string): GauntletError {
  return new GauntletError('not-resumable', message);
}
