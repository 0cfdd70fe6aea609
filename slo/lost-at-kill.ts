import { came, latenessMs, responseMs } from '#contract/samples.ts';
import type { TrialView } from '#contract/trial-view.ts';

/**
 * Requests sent before a service was killed that had no answer yet and got none that is 200: what the killed process
 * had in hand, be it in a run or waiting for one. Null where nothing was killed.
 */
export function requestsLostAtKill({ experiment, facts, tape, samples }: TrialView): number | null {
  const kills = experiment.faults[0]?.inject.some((action) => action.do === 'kill');
  // A signal needs no time to speak of, where to keep the request for it in a file does.
  const killed = facts.faults[0]?.actedAt;
  if (!kills || killed === undefined || facts.t0 === null) return null;
  const atMs = killed - facts.t0;
  let lost = 0;
  tape.atMs.forEach((plannedMs, i) => {
    if (!came(samples, i) || samples.status[i] === 200) return;
    if (plannedMs + latenessMs(samples, i) < atMs && plannedMs + responseMs(samples, i) >= atMs) lost += 1;
  });
  return lost;
}
