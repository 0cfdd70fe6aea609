import { type Command, InvalidArgumentError, Option } from 'commander';
import { HIGHEST_PER_SECOND, LONGEST_SECONDS } from '#contract/limits.ts';
import { PROFILES, type Profile, RUNTIMES, type RuntimeName } from '#contract/names.ts';
import type { ListenAt } from '#harness/effects/run-metrics.ts';

/** How every verb that takes a run describes its argument. */
export const RUN_ARGUMENT = "a run's id, the path of its folder, or latest";

export const PINS_OPTION = ['--pins <dir>', 'folder of the pins (default: reports/pins)'] as const;

export const JSON_OPTION = [
  '--json',
  'print the verdict as JSON on stdout, all else on stderr',
  false,
] as const;

export function allowOption(): Option {
  return new Option('--allow <outcome>', 'exit 0 for this outcome too').choices(['inconclusive']);
}

/** Pairs that `calibrate` plays where nothing is said. */
export const DEFAULT_PAIRS = 6;

/** Options of every command that plays experiments. */
export interface PlayOptions {
  profile: Profile;
  seed: number;
  rate?: number;
  duration?: number;
  remeasure: boolean;
  resume?: string;
  background?: boolean;
  extendUntilConclusive: boolean;
  json: boolean;
  out?: string;
  dryRun: boolean;
  allow?: 'inconclusive';
  open: boolean;
  /** Serve a page that shows the run while it is under way. */
  live?: boolean;
  /** Where; any free port when nothing is said. */
  livePort?: number;
  pinCores: boolean;
  runtime: RuntimeName;
  metricsPort?: ListenAt;
  /** Hosts besides this machine that a target may be on. */
  allowTarget?: string[];
  /** chaos, compare and calibrate. */
  fault?: string;
  /** calibrate only. */
  pairs?: number;
  /** chaos only: patterns to take out of the candidate. */
  without?: string[];
}

/** `profile` is the one of a command that is given none. */
export function addPlayOptions(command: Command, profile: Profile = 'quick'): Command {
  const how = new Option('--profile <name>', 'how much of it').choices([...PROFILES]).default(profile);
  return addLoadOptions(
    addExperiments(command)
      .addOption(how)
      .option(
        '--extend-until-conclusive',
        'play twice as much, up to three times, while objectives or claims are inconclusive',
        false,
      )
      .option('--resume <run>', 'go on with a run that was interrupted or killed: id, path or latest')
      .addOption(
        new Option('--background', 'return at once; the run goes on, with its output in the run folder')
          .default(false)
          .conflicts(['json', 'open', 'dryRun', 'live', 'livePort']),
      ),
  );
}

export function addExperiments(command: Command): Command {
  return command.argument('[experiment...]', 'names from `npm run list`, or paths such as ./mine.ts');
}

/** Made anew for each command, since what it collects would be shared. */
export const ALLOW_TARGET = () =>
  new Option(
    '--allow-target <host>',
    'let it go to a server on this host too; may be given several times',
  ).argParser(collect);

/** For an option that may be given several times. */
export const collect = (one: string, before: string[] = []) => [...before, one];

/** All play options but how much. */
export function addLoadOptions(command: Command): Command {
  return command
    .option('--seed <n>', 'seed of the tape', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--rate <n>', "requests per second, in place of the experiment's", number(1, HIGHEST_PER_SECOND))
    .option(
      '--duration <s>',
      'seconds of steady load, or of the fault where one is played',
      number(1, LONGEST_SECONDS),
    )
    .option('--remeasure', 'measure the capacity C anew, although it is known', false)
    .option(...JSON_OPTION)
    .option('--out <dir>', 'folder for the run folder', undefined)
    .option('--dry-run', 'print the plan and start nothing', false)
    .addOption(allowOption())
    .option('--open', 'open the report in the browser', false)
    .option('--live', 'serve a page on 127.0.0.1 that shows the run while it is under way')
    .addOption(
      new Option('--live-port <n>', 'port of that page (default: any that is free)')
        .argParser(port)
        .implies({ live: true }),
    )
    .addOption(
      new Option(
        '--runtime <kind>',
        'what the services are: containers need Docker, and stack is docker-compose.yml, up',
      )
        .choices([...RUNTIMES])
        .default('processes'),
    )
    .option('--no-pin-cores', 'let services and load share all cores')
    .option(
      '--metrics-port <[address:]port>',
      'serve what goes on to a Prometheus, on loopback unless an address is given: /metrics, and the services at /targets',
      listenAt,
    )
    .addOption(ALLOW_TARGET());
}

export function addFaultOption(command: Command): Command {
  return command.option('--fault <name>', "another of the experiment's faults than its first");
}

export function addChaosOptions(command: Command): Command {
  return addFaultOption(command).option(
    '--without <pattern...>',
    'take a pattern out of the candidate, to see what a failure looks like',
  );
}

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
    }
    return value;
  };
}

const port = wholeNumber(1, 65_535);

/** `9464`, or `172.17.0.1:9464`. */
function listenAt(text: string): ListenAt {
  const colon = text.lastIndexOf(':');
  return { host: colon > 0 ? text.slice(0, colon) : '127.0.0.1', port: port(text.slice(colon + 1)) };
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  const parse = number(least, most);
  return (text) => {
    const value = parse(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
    return value;
  };
}
