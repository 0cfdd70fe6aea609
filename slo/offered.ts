import type { Bite } from '#contract/fault.ts';
import type { PlannedFault } from '#contract/plan.ts';
import { came, latenessMs } from '#contract/samples.ts';
import type { TrialView } from '#contract/trial-view.ts';

export interface BiteSeen {
  held: boolean;
  observed: string;
}

/** Whether a fault on the load was really offered: what was sent inside its window, a second. */
export function seeOffered(
  { spans, tape, samples }: TrialView,
  offers: NonNullable<PlannedFault['offers']>,
  anyOf: Bite['anyOf'],
): BiteSeen {
  const { fault } = spans;
  if (!fault || fault.toMs <= fault.fromMs) return { held: false, observed: 'the window never came' };
  let sent = 0;
  tape.atMs.forEach((plannedMs, i) => {
    const sentMs = plannedMs + latenessMs(samples, i);
    if (came(samples, i) && sentMs >= fault.fromMs && sentMs < fault.toMs) sent += 1;
  });
  const perSecond = sent / ((fault.toMs - fault.fromMs) / 1000);
  const share = perSecond / offers.perSecond;
  const rate = (value: number) => `${Math.round(value).toLocaleString('en')} requests/s`;
  return {
    held: anyOf.some((evidence) => 'sentShareAtLeast' in evidence && share >= evidence.sentShareAtLeast),
    observed: `${rate(perSecond)} were sent in the window, where ${offers.ofCapacity} C are ${rate(offers.perSecond)}`,
  };
}

/** Whether the requests that a fault marks were sent: those of its window that came to an end. */
export function seeMarked({ tape, samples }: TrialView, anyOf: Bite['anyOf']): BiteSeen {
  const marked = [...(tape.marks?.twice ?? []), ...(tape.marks?.poison ?? [])];
  const sent = marked.filter((i) => came(samples, i)).length;
  return {
    held: anyOf.some((evidence) => 'markedSentAtLeast' in evidence && sent >= evidence.markedSentAtLeast),
    observed: `${sent} of ${marked.length} marked requests were sent`,
  };
}
