import { countIn, type TrialView } from '#contract/trial-view.ts';
import { isAnswered } from './accuracy.ts';

/**
 * Answers of the version that a swap replaced ÷ all answers, to requests planned from the acknowledged swap until it is
 * taken back; null where no model was swapped.
 */
export function replacedAnswersInFault({
  experiment,
  facts,
  spans,
  tape,
  samples,
}: TrialView): number | null {
  const swaps = experiment.faults[0]?.inject.some((action) => action.do === 'set-model');
  const replaced = experiment.variants[facts.variant]?.models.primary;
  if (!swaps || !spans.fault || replaced === undefined) return null;
  const code = samples.codes.get(replaced);
  const answered = countIn(tape, spans.fault, (i) => isAnswered(samples, i));
  if (answered === 0) return null;
  const stale = (i: number) => isAnswered(samples, i) && samples.version[i] === code;
  return countIn(tape, spans.fault, stale) / answered;
}
