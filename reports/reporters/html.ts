import { timelineFile } from '../html/appendix.ts';
import { page } from '../html/page.ts';
import { timelineSvg } from '../picture.ts';
import type { Reporter } from '../reporter.ts';
import { viewExperiments } from '../view.ts';

/** `report.html`, for people, and the picture of each experiment as a file of its own. */
export const html: Reporter = (input) => {
  const told = viewExperiments(input).map((view) => ({ view, picture: timelineSvg(view) }));
  const pictures = told.flatMap(({ view, picture }) =>
    picture === null ? [] : [[timelineFile(view.plan.name), `${picture}\n`]],
  );
  return { files: { ...Object.fromEntries(pictures), 'report.html': page(input, told) } };
};
