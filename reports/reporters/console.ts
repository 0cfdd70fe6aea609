import pc from 'picocolors';
import { EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import { experimentText } from '../console/experiment.ts';
import { wrapped } from '../console/layout.ts';
import { nextSteps } from '../console/next.ts';
import { scoreboard } from '../console/scoreboard.ts';
import type { Reporter } from '../reporter.ts';
import { scoresOf } from '../scoreboard/scores.ts';
import { viewExperiments } from '../view.ts';
import { ENDED_TEXT, resumedText } from '../words.ts';

/** The verdict for the terminal; the last line is the report's path. */
export const console: Reporter = (input) => {
  const { verdict, record, runFolder } = input;
  const views = viewExperiments(input);
  const code = verdict.exitCode;
  const ended = ENDED_TEXT[record.ended];
  const lines = [
    '',
    ...(ended === null ? [] : [pc.bold(pc.yellow(ended))]),
    ...(record.resumed ? wrapped(resumedText(record), 0) : []),
    ...views.flatMap((view) => [...experimentText(view), '']),
    ...scoreboard(scoresOf(input.plan, verdict)),
    `exit ${code}: ${EXIT_MEANING[code as ExitCode] ?? 'unknown'}`,
    ...nextSteps(views, input).flatMap((step) => wrapped(`next: ${step}`, 6, 0)),
    `${runFolder}/report.html`,
  ];
  return { files: {}, text: lines.join('\n') };
};
