import { type Command, Option } from 'commander';
import type { ExitCode } from '#contract/exit-codes.ts';
import { withObjectives } from '#harness/plan/objectives.ts';
import { openConsole } from './console.ts';
import { readObjectives } from './objectives.ts';
import { RUN_ARGUMENT, readRun } from './saved-run.ts';
import type { Verb } from './verb.ts';
import { judgeFacts } from './verdict.ts';

interface JudgeOptions {
  slo?: string;
  json: boolean;
  allow?: 'inconclusive';
}

/** `judge`: a saved run's verdict, from its facts alone. */
export const judge: Verb = {
  summary: 'judges a saved run again without running anything; writes nothing',
  examples: [
    'npm run judge',
    'npm run judge -- latest --slo ./mine.yaml',
    'npm run judge -- latest --json > verdict.json',
  ],
  configure: (command: Command) =>
    command
      .argument('[run]', RUN_ARGUMENT, 'latest')
      .option('--slo <file>', "judge by this OpenSLO file, in place of the run's own objectives")
      .option('--json', 'print the verdict as JSON on stdout, all else on stderr', false)
      .addOption(new Option('--allow <outcome>', 'exit 0 for this outcome too').choices(['inconclusive'])),
  run: async (name: string, options: JudgeOptions) => {
    const saved = await readRun(name);
    const slo = options.slo === undefined ? null : await readObjectives([options.slo]);
    const plan = slo === null ? saved.plan : withObjectives(saved.plan, slo.objectives);
    const verdict = judgeFacts(plan, saved, options.allow);
    const console = openConsole(options.json ? process.stderr : process.stdout);
    for (const note of [...saved.notes, ...(slo?.skipped ?? [])]) console.line(note);
    const { reporters } = await import('#reports/index.ts');
    const { text } = reporters.console({ ...saved, plan, verdict, runFolder: saved.path });
    if (text !== undefined) console.line(text);
    if (options.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
    return verdict.exitCode as ExitCode;
  },
};
