import { intervalsSvg } from '../charts/intervals.ts';
import { timelineFile } from '../html/appendix.ts';
import { page } from '../html/page.ts';
import { fileSafe, timelineSvg } from '../picture.ts';
import type { Reporter } from '../reporter.ts';
import { scoresOf } from '../scoreboard/scores.ts';
import { viewExperiments } from '../view.ts';

/** `report.html`, for people, and each picture in it as a file of its own. */
export const html: Reporter = (input) => {
  const told = viewExperiments(input).map((view) => ({ view, picture: timelineSvg(view) }));
  const pictures = told.flatMap(({ view, picture }) =>
    picture === null ? [] : [[timelineFile(view.plan.name), `${picture}\n`]],
  );
  const scores = scoresOf(input.plan, input.verdict).map((score) => ({
    score,
    picture: intervalsSvg(score, `claims-${fileSafe(score.experiment)}`),
  }));
  const claims = scores.flatMap(({ score, picture }) =>
    picture === null ? [] : [[`claims-${fileSafe(score.experiment)}.svg`, `${picture}\n`]],
  );
  return {
    files: {
      ...Object.fromEntries([...pictures, ...claims]),
      'report.html': page(input, told, scores),
    },
  };
};
