import { Command, CommanderError } from 'commander';
import { type ErrorCode, exitCodeFor, GauntletError } from '#contract/errors.ts';
import { EXIT, EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import { isPackage } from './home.ts';
import type { Verb } from './verb.ts';
import { verbs } from './verbs/index.ts';

type Verbs = Readonly<Record<string, Verb>>;

/** Those that change the files of a checkout; a package is changed by nobody. */
const OF_A_CHECKOUT = ['keep', 'new'];

const offered: Verbs = Object.fromEntries(
  Object.entries(verbs).filter(([name]) => !isPackage || !OF_A_CHECKOUT.includes(name)),
);

/** What npm passes on stands behind them. */
const DASHES = isPackage ? '' : '-- ';

/** Runs the command line; ends the process with the command's exit code. */
export async function main(argv: string[], known: Verbs = offered): Promise<void> {
  // npm's dashes, where they are typed out of habit, would make arguments of all options.
  const typed = isPackage && argv[1] === '--' ? [argv[0]!, ...argv.slice(2)] : argv;
  const { exit, failure } = await runCommand(typed, known);
  if (failure) process.stderr.write(`${failure.message}\n`);
  process.exitCode = exit;
  // Nothing that a command started is left, so whatever still holds the event loop is of no use; but what was
  // written to a pipe must have left, or a reader gets half of it.
  process.stdout.write('', () => process.exit());
}

/** How a command ended. */
export interface Ended {
  exit: ExitCode;
  /** What is said of it; absent where it did what it was asked, be it a verdict that is no pass. */
  failure?: { code: ErrorCode; message: string };
}

/** Runs a command line in this process. */
export async function runCommand(argv: readonly string[], known: Verbs = verbs): Promise<Ended> {
  let exit: ExitCode = EXIT.pass;
  const program = buildProgram((ended) => {
    exit = ended;
  }, known);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return { exit };
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return { exit: EXIT.pass };
    const failure = failureOf(error, argv, known);
    return { exit: exitCodeFor(failure.code), failure };
  }
}

/** The command line; `onEnd` gets the exit code of the verb that ran. */
export function buildProgram(onEnd: (code: ExitCode) => void, known: Verbs = verbs): Command {
  const program = new Command(isPackage ? 'npx gauntlet' : 'npm run')
    .description('Load and faults for a model server, a check of every answer, a verdict.')
    .usage(`<command> ${DASHES}[options]`);
  for (const [name, verb] of Object.entries(known)) {
    const command = verb.configure(program.command(name).description(verb.summary));
    command
      .usage(`${DASHES}${command.usage()}`)
      .addHelpText('after', () => examplesHelp(verb) + exitCodesHelp());
    command.action(async (...input) => {
      const run = await verb.load();
      onEnd(await run(...input));
    });
  }
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .showSuggestionAfterError(true);
  }
  return program;
}

function examplesHelp({ examples }: Verb): string {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${examples.map((line) => `  ${line}\n`).join('')}`;
}

function exitCodesHelp(): string {
  const lines = Object.entries(EXIT_MEANING).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return `\nExit codes:\n${lines.join('\n')}`;
}

/** Known errors are said in their own words; anything else is a bug and shows where it happened. */
function failureOf(error: unknown, argv: readonly string[], known: Verbs): NonNullable<Ended['failure']> {
  if (error instanceof CommanderError) {
    return { code: COMMANDER_CODES[error.code] ?? 'bad-option', message: commanderWords(error, argv, known) };
  }
  if (error instanceof GauntletError) return error;
  const where = (error as Error | null)?.stack ?? error;
  return { code: 'internal', message: `Internal error, please report it:\n${where}` };
}

/** What isn't about an option. */
const COMMANDER_CODES: Record<string, ErrorCode> = {
  'commander.unknownCommand': 'unknown-command',
  'commander.help': 'unknown-command',
  'commander.missingArgument': 'bad-arguments',
  'commander.excessArguments': 'bad-arguments',
};

function commanderWords(error: CommanderError, argv: readonly string[], known: Verbs): string {
  const command = buildProgram(() => {}, known).commands.find((one) => one.name() === argv[0]);
  const words = error.message.replace(/^error: /, '');
  const sentence = words.charAt(0).toUpperCase() + words.slice(1) + (/[.)]$/.test(words) ? '' : '.');
  if (error.code === 'commander.unknownOption' && command) {
    return `${sentence}\nValid options: ${command.options.map(({ long }) => long).join(', ')}.`;
  }
  if (error.code === 'commander.unknownCommand')
    return `${sentence}\nCommands: ${Object.keys(known).join(', ')}.`;
  const verb = known[argv[0] ?? ''];
  if (error.code === 'commander.missingArgument' && verb)
    return `${sentence} Right would be: ${verb.examples[0]}`;
  if (error.code === 'commander.help') return buildProgram(() => {}, known).helpInformation();
  return sentence;
}
