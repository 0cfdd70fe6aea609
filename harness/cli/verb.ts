import type { Command } from 'commander';
import type { ExitCode } from '#contract/exit-codes.ts';

/** One command of the CLI, as it is typed. */
export interface Verb {
  summary: string;
  /** Command lines to copy, `npm run <verb> …`; what a line is for stands behind a `#`. */
  examples: readonly string[];
  configure(command: Command): Command;
  /** Imports what it runs: only then, since help needs nothing of it. */
  load(): Promise<Run>;
}

/** Gets the command's arguments and options as commander parsed them. */
// biome-ignore lint/suspicious/noExplicitAny: commander hands over what configure() declared.
export type Run = (...input: any[]) => Promise<ExitCode>;
