import { withFigures } from '../figures.ts';
import type { Reporter } from '../reporter.ts';

/** `verdict.json`, for programs: the judgement, and the figures that the reports show beside it. */
export const json: Reporter = (input) => ({
  files: { 'verdict.json': `${JSON.stringify(withFigures(input), null, 2)}\n` },
});
