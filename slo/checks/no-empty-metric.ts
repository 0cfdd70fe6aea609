import { plannedIn } from '#contract/trial-view.ts';
import type { Check } from './index.ts';

/** Every phase that an objective judges has requests: a share of nothing is not 100 %. */
export const noEmptyMetric: Check = (view) => {
  if (view.facts.t0 === null) return null;
  const phases = [...new Set(view.experiment.objectives.map(({ phase }) => phase))];
  const empty = phases.filter((phase) => {
    const span = view.spans[phase];
    return !span || plannedIn(view.tape, span) === 0;
  });
  return {
    held: empty.length === 0,
    observed: empty.length === 0 ? 'every judged phase has requests' : `no requests in: ${empty.join(', ')}`,
    advice: 'Give the phase more seconds or a higher rate.',
  };
};
