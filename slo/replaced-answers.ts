import type { FaultAction } from '#contract/fault.ts';
import { countIn, type Span, type TrialView } from '#contract/trial-view.ts';
import { isAnswered } from './accuracy.ts';

/**
 * Answers of the version that a swap replaced ÷ all answers, to requests planned from the acknowledged swap until it is
 * taken back; null where no model was swapped.
 */
export function replacedAnswersInFault(view: TrialView): number | null {
  const { experiment, facts, spans } = view;
  const replaced = experiment.variants[facts.variant]?.models.primary;
  if (!swapIn(view) || !spans.fault || replaced === undefined) return null;
  return shareOf(replaced, view, spans.fault);
}

/**
 * Answers of the version that was swapped in ÷ all answers, to requests planned from when it was acknowledged to be
 * taken back until the end; null where no model was swapped.
 */
export function rolledBackAnswersInRecovery(view: TrialView): number | null {
  const { facts, spans } = view;
  const swap = swapIn(view);
  const healedAt = facts.faults[0]?.healedAt;
  if (!swap || !spans.recovery || facts.t0 === null || healedAt == null) return null;
  return shareOf(swap.version, view, { fromMs: healedAt - facts.t0, toMs: spans.recovery.toMs });
}

function swapIn({ experiment }: TrialView): Extract<FaultAction, { do: 'set-model' }> | undefined {
  return experiment.faults[0]?.inject.find((action) => action.do === 'set-model');
}

function shareOf(version: string, { tape, samples }: TrialView, span: Span): number | null {
  const code = samples.codes.get(version);
  const answered = countIn(tape, span, (i) => isAnswered(samples, i));
  if (answered === 0) return null;
  return countIn(tape, span, (i) => isAnswered(samples, i) && samples.version[i] === code) / answered;
}
