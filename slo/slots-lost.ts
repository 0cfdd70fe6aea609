import { METRICS } from '#contract/metrics.ts';
import type { PlannedFault } from '#contract/plan.ts';
import type { Scrape } from '#contract/record.ts';
import type { TrialView } from '#contract/trial-view.ts';
import type { BiteSeen } from './offered.ts';

/** Whether an accelerator had fewer slots at the end of the window than before the fault was asked for. */
export function seeSlotsLost({ facts }: TrialView, { name }: PlannedFault, atLeast: number): BiteSeen {
  const fault = facts.faults.find((one) => one.name === name);
  const asked = fault?.injectRequestedAt ?? null;
  const readings = facts.scrapes.filter(({ values }) => METRICS.acceleratorSlots in values);
  const slotsIn = ({ values }: Scrape) => values[METRICS.acceleratorSlots]!;
  const before = asked === null ? undefined : readings.findLast(({ at }) => at < asked);
  const last = readings.find(({ moment }) => moment === 'before-heal');
  if (!before || !last) return { held: false, observed: 'its slots were not read before and after' };
  return {
    held: slotsIn(before) - slotsIn(last) >= atLeast,
    observed: `${slotsIn(before)} slots before, ${slotsIn(last)} at the end of the window`,
  };
}
