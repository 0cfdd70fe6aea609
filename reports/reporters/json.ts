import type { Verdict } from '#contract/verdict.ts';
import { figuresOf } from '../figures.ts';
import type { Reporter } from '../reporter.ts';
import { viewExperiments } from '../view.ts';

/** `verdict.json`, for programs: the judgement, and the figures that the reports show beside it. */
export const json: Reporter = (input) => {
  const views = viewExperiments(input);
  const experiments = input.verdict.experiments.map((judged) => {
    const view = views.find(({ verdict }) => verdict === judged);
    return view ? { ...judged, figures: figuresOf(view) } : judged;
  });
  const verdict: Verdict = { ...input.verdict, experiments };
  return { files: { 'verdict.json': `${JSON.stringify(verdict, null, 2)}\n` } };
};
