import { answeredWithin, correctWithin, isPrimary } from '#contract/samples.ts';
import { countIn, type TrialView } from '#contract/trial-view.ts';

/** Correct answers in time, a second of the fault window ÷ C; null without a window, or where C is not known. */
export function goodputOfCapacity(view: TrialView): number | null {
  const { deadlineMs } = view.experiment.load;
  return ofCapacity(view, (i) => correctWithin(view.samples, i, deadlineMs));
}

/** The same of the primary model's answers in time, right or wrong: how much of the model server was made use of. */
export function primaryOfCapacity(view: TrialView): number | null {
  const { samples, experiment } = view;
  return ofCapacity(
    view,
    (i) => answeredWithin(samples, i, experiment.load.deadlineMs) && isPrimary(samples, i),
  );
}

function ofCapacity({ spans, tape, experiment }: TrialView, counts: (i: number) => boolean): number | null {
  const { fault } = spans;
  const offers = experiment.faults[0]?.offers;
  const capacity = offers ? offers.perSecond / offers.ofCapacity : experiment.capacity?.perSecond;
  if (!fault || fault.toMs <= fault.fromMs || capacity === undefined) return null;
  return countIn(tape, fault, counts) / ((fault.toMs - fault.fromMs) / 1000) / capacity;
}
