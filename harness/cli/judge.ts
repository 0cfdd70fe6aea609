import type { ExitCode } from '#contract/exit-codes.ts';
import { withObjectives } from '#harness/plan/objectives.ts';
import { openConsole } from './console.ts';
import { readObjectives } from './objectives.ts';
import { readRun } from './saved-run.ts';
import { judgeFacts } from './verdict.ts';

interface JudgeOptions {
  slo?: string;
  json: boolean;
  allow?: 'inconclusive';
}

/** `judge`: a saved run's verdict, from its facts alone. */
export async function runJudge(name: string, options: JudgeOptions): Promise<ExitCode> {
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
}
