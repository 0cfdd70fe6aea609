import { WIDTH } from '../charts/frame.ts';
import { intervalsSvg } from '../charts/intervals.ts';
import { withFigures } from '../figures.ts';
import { timelineFile } from '../html/appendix.ts';
import { page } from '../html/page.ts';
import { fileSafe, timelineSvg } from '../picture.ts';
import type { Reporter } from '../reporter.ts';
import { scoresOf } from '../scoreboard/scores.ts';
import { viewExperiments } from '../view.ts';

/** `report.html`, for people, and each picture in it as a file of its own. */
export const html: Reporter = (given) => {
  // Worked out once, or taken from the verdict: what is shown is what verdict.json has.
  const input = { ...given, verdict: withFigures(given) };
  const told = viewExperiments(input).map((view) => {
    const wide = timelineSvg(view);
    const draw = (width: number) => (width === WIDTH ? wide! : timelineSvg(view, width)!);
    return { view, wide, picture: wide === null ? null : draw };
  });
  const pictures = told.flatMap(({ view, wide }) =>
    wide === null ? [] : [[timelineFile(view.plan.name), `${wide}\n`]],
  );
  const scores = scoresOf(input.plan, input.verdict).map((score) => {
    const name = `claims-${fileSafe(score.experiment)}`;
    const wide = intervalsSvg(score, name);
    const draw = (width: number) =>
      width === WIDTH ? wide! : intervalsSvg(score, `${name}-${width}`, width)!;
    return { score, name, wide, picture: wide === null ? null : draw };
  });
  const claims = scores.flatMap(({ name, wide }) => (wide === null ? [] : [[`${name}.svg`, `${wide}\n`]]));
  return {
    files: {
      ...Object.fromEntries([...pictures, ...claims]),
      'report.html': page(input, told, scores),
    },
  };
};
