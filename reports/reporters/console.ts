import pc from 'picocolors';
import { EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import { experimentText } from '../console/experiment.ts';
import { wrapped } from '../console/layout.ts';
import { nextSteps } from '../console/next.ts';
import type { Reporter } from '../reporter.ts';
import { viewExperiments } from '../view.ts';

const ENDED = {
  completed: [],
  interrupted: ['This run was interrupted before its end.'],
  aborted: ['This run was aborted: something went wrong before its end.'],
} as const;

/** The verdict for the terminal; the last line is the report's path. */
export const console: Reporter = (input) => {
  const { verdict, record, runFolder } = input;
  const views = viewExperiments(input);
  const code = verdict.exitCode;
  const lines = [
    '',
    ...ENDED[record.ended].map((line) => pc.bold(pc.yellow(line))),
    ...views.flatMap((view) => [...experimentText(view), '']),
    `exit ${code}: ${EXIT_MEANING[code as ExitCode] ?? 'unknown'}`,
    ...nextSteps(views, input).flatMap((step) => wrapped(`next: ${step}`, 6, 0)),
    `${runFolder}/report.html`,
  ];
  return { files: {}, text: lines.join('\n') };
};
