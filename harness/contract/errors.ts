import { EXIT, type ExitCode } from './exit-codes.ts';

/** One known way to fail. */
export interface KnownError {
  exit: ExitCode;
  /** What has happened, in one line. */
  when: string;
  /** What would be right. */
  do: string;
}

/** Every known way to fail; docs/errors.md is made from it. Anything else is a bug and exits 70. */
export const ERRORS = {
  'unknown-command': {
    exit: EXIT.usage,
    when: 'There is no such command, or none was given.',
    do: 'Take one of the commands that the message lists.',
  },
  'bad-option': {
    exit: EXIT.usage,
    when: "An option is unknown, lacks its value, has a value that it can't take, or is missing.",
    do: 'Give it as the message says; `--help` shows all options of a command.',
  },
  'bad-arguments': {
    exit: EXIT.usage,
    when: 'An argument is missing, there is one too many, or one was given twice.',
    do: "Give the arguments that the command's `--help` shows.",
  },
  'unknown-name': {
    exit: EXIT.usage,
    when: 'A name on the command line stands for nothing: an experiment, a fault, a pattern, a variant.',
    do: 'Take one of the names that the message lists; `npm run list` shows all.',
  },
  'no-such-file': {
    exit: EXIT.usage,
    when: "A file that was named isn't there, or can't be read.",
    do: 'Correct the path; it is taken from the folder in which the command was typed.',
  },
  'no-such-run': {
    exit: EXIT.usage,
    when: 'There is no run of that id or path.',
    do: 'Take one of the runs that the message lists, or the path of a run folder.',
  },
  'bad-experiment': {
    exit: EXIT.usage,
    when: "An experiment file can't be loaded, or what it says is wrong; all its problems come at once.",
    do: 'Correct each place that the message names.',
  },
  'bad-objectives': {
    exit: EXIT.usage,
    when: 'A file of objectives is no OpenSLO that Gauntlet reads, or holds none that can be judged here.',
    do: 'Correct the lines that the message names; docs/objectives.md has the format.',
  },
  'bad-payloads': {
    exit: EXIT.usage,
    when: 'A file of payloads for a target is neither JSONL nor CSV, or holds none.',
    do: 'Correct the lines that the message names; docs/targets.md has the format.',
  },
  'target-not-allowed': {
    exit: EXIT.usage,
    when: 'Load, or a question, would go to another machine than this one. Nothing was sent.',
    do: 'Take the address of a server here, or allow the host with `--allow-target` if it is yours to load.',
  },
  'target-not-ready': {
    exit: EXIT.undecided,
    when: "A server that is somebody's own did not say that it is ready.",
    do: 'Start it, or correct its address or the path that tells, as the message says.',
  },
  'bad-configuration': {
    exit: EXIT.usage,
    when: "The configuration of a service, given to `npm run sut`, is no service's configuration.",
    do: "Give a file from a run's `services` folder, as it is or changed.",
  },
  'not-playable': {
    exit: EXIT.usage,
    when: "Experiment, command and options are right, and can't be played together.",
    do: 'Take another command, profile, rate or duration, as the message says.',
  },
  'not-resumable': {
    exit: EXIT.usage,
    when: 'A run was to be gone on with that has ended, or whose further trials would not be of the same run.',
    do: 'Restore what the message names, or begin a new run.',
  },
  'not-made': {
    exit: EXIT.usage,
    when: 'What `npm run new` was asked for has a name that is taken or no name, or its files could not be made.',
    do: 'Take the name, or mend the file, that the message says; nothing was changed.',
  },
  'bad-environment': {
    exit: EXIT.usage,
    when: "An environment variable has a value that it can't take.",
    do: 'Set it as the message says, or leave it away.',
  },
  'dangerous-toxic': {
    exit: EXIT.usage,
    when: 'A fault asks Toxiproxy for something that it would misread, or that would hang or crash it.',
    do: 'Correct the fault; the message names the attribute and what it may be.',
  },
  'damaged-run': {
    exit: EXIT.usage,
    when: 'The files of a run folder are missing, cut off, changed, or not of one run.',
    do: "Restore them from a copy, or run it again: a damaged run can't be judged.",
  },
  'not-pinned': {
    exit: EXIT.usage,
    when: 'A run was to be kept as reference that did not pass, or has too few trials.',
    do: 'Pin a run that passed, with as many trials as the message says.',
  },
  'not-kept': {
    exit: EXIT.usage,
    when: 'A run was to be kept for the benchmarks that is no comparison, or judged nothing.',
    do: 'Keep a comparison that was played to its end, with two rounds at least.',
  },
  'damaged-record': {
    exit: EXIT.usage,
    when: "A record in reports/records/ can't be read, was changed, or is judged otherwise now.",
    do: 'Restore the file, or compare anew and keep that.',
  },
  'damaged-pin': {
    exit: EXIT.usage,
    when: "A pin can't be read, has not the shape of one, or was changed after it was written.",
    do: 'Restore the file, or pin a run anew.',
  },
  'damaged-calibration': {
    exit: EXIT.usage,
    when: "A calibration in the cache can't be read, or is not as it was written.",
    do: 'Remove the file that the message names, and calibrate anew.',
  },
  'other-machine': {
    exit: EXIT.usage,
    when: 'A run was to be held against a pin of another machine.',
    do: 'Pin a run of this machine, or give `--allow-other-machine`.',
  },
  'bad-commit': {
    exit: EXIT.usage,
    when: "`--against` names a commit that isn't there or can't be started, or this folder has changes that are in none.",
    do: 'Name a branch, tag or commit, and commit what you changed, as the message says.',
  },
  'run-active': {
    exit: EXIT.usage,
    when: 'Another run is active on this machine, and two would disturb each other.',
    do: 'Wait for it, or end it with Ctrl-C in its terminal.',
  },
  'run-left-something': {
    exit: EXIT.usage,
    when: 'A run died, its watchdog too, and processes or faults of it may be left.',
    do: 'Type `npm run heal`, then run again.',
  },
  'tool-missing': {
    exit: EXIT.usage,
    when: 'k6, Toxiproxy or nats-server is neither on PATH nor in the cache, and could not be built; or Redis is not on PATH, or Docker or the stack does not answer, where they are wanted.',
    do: 'Install Go or the tool, as the message says; `npm run doctor` shows what is here.',
  },
  'package-missing': {
    exit: EXIT.usage,
    when: 'Gauntlet was installed as a package, and the reference system is to be started without the npm packages that it needs.',
    do: 'Install them, as the message says; a server of your own needs none of them.',
  },
  'service-died': {
    exit: EXIT.undecided,
    when: 'A service of the system ended, or did not get ready, and no fault was to blame.',
    do: 'Read its log, which the message names, and run again.',
  },
  'tool-died': {
    exit: EXIT.undecided,
    when: 'k6 or Toxiproxy ended, or did not do what it was asked.',
    do: 'Read its log in the run folder, and run again.',
  },
  'no-steady-state': {
    exit: EXIT.noSteadyState,
    when: 'The system was not well before the fault, or at any rate, so nothing was injected.',
    do: "Lower the rate, free the machine, or look into the services' logs.",
  },
  'heal-failed': {
    exit: EXIT.healFailed,
    when: 'A fault could not be taken back, or something of it was still there afterwards.',
    do: 'Type `npm run heal`, and look for what else the fault touched.',
  },
  'no-free-port': {
    exit: EXIT.internal,
    when: 'No port is free for a service or a proxy.',
    do: 'End what listens on them, and run again.',
  },
  'run-folder': {
    exit: EXIT.internal,
    when: "A run folder, or a file in it, can't be made, written or removed.",
    do: 'Free disk space, correct the rights, or give another folder with `--out`.',
  },
  'cache-folder': {
    exit: EXIT.internal,
    when: "The cache folder can't be written, so nobody could heal after a crash.",
    do: 'Free disk space or correct the rights; `GAUNTLET_CACHE` names another folder.',
  },
  internal: {
    exit: EXIT.internal,
    when: 'Something happened that Gauntlet does not know.',
    do: 'Report it with the whole message: it is a bug.',
  },
} as const satisfies Record<string, KnownError>;
export type ErrorCode = keyof typeof ERRORS;

/** A code as a saved record holds it; one that this version doesn't know is a bug like any other. */
export function knownCode(code: string): ErrorCode {
  return Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'internal';
}

/** The exit code that an error speaks. */
export function exitCodeFor(code: string): ExitCode {
  return ERRORS[knownCode(code)].exit;
}

/** A failure that is explained to the user in its message alone; no stack trace is shown. */
export class GauntletError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'GauntletError';
    this.code = code;
  }
}

/** The sentence for a name that isn't known: what is wrong, where, and what would be right. */
export function unknownName(what: string, name: string, valid: readonly string[], where?: string): string {
  const place = where ? ` in ${where}` : '';
  return `Unknown ${what} '${name}'${place}; known: ${valid.join(', ')}.`;
}
