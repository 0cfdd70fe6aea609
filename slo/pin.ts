import { Hash } from 'typebox/value';
import { fingerprintOf } from '#contract/fingerprint.ts';
import { type Circumstances, PIN_VERSION, type Pin } from '#contract/pin.ts';
import type { Plan, PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import { candidateValues } from './regression-metrics.ts';
import { checkTrials } from './validity.ts';

/** What of a run is kept of one experiment, so that later runs can be held against it. */
export function pinOf(
  plan: Plan,
  experiment: PlannedExperiment,
  record: RunRecord,
  samples: ReadonlyMap<string, Samples>,
): Pin {
  return {
    schemaVersion: PIN_VERSION,
    command: plan.command,
    experiment: experiment.name,
    runId: record.runId,
    startedAt: record.startedAt,
    fingerprint: fingerprintOf(record.machine),
    profile: plan.profile,
    seed: plan.seed,
    circumstances: circumstancesOf(experiment),
    planDigest: planDigestOf(experiment),
    metrics: candidateValues(experiment, checkTrials(experiment, record, samples)),
  };
}

export function circumstancesOf(experiment: PlannedExperiment): Circumstances {
  const { load, tapes, faults, proxiedLinks } = experiment;
  const phases = (tapes[0]?.phases ?? []).map(
    ({ phase, fromMs, toMs }) => `${phase} ${(toMs - fromMs) / 1000} s`,
  );
  return {
    scenario: load.scenario,
    ratePerSecond: load.ratePerSecond,
    deadlineMs: load.deadlineMs,
    clientTimeoutMs: load.clientTimeoutMs,
    phases: phases.join(', '),
    fault: faults.map(({ name, inject }) => `${name} ${JSON.stringify(inject)}`).join(', '),
    proxiedLinks: proxiedLinks.join(', '),
  };
}

/** The fields in which a run was played otherwise than its pin, in words; empty where they can be compared. */
export function differences(pinned: Circumstances, now: Circumstances): string[] {
  const fields = Object.keys(pinned) as (keyof Circumstances)[];
  const shown = (value: string | number) => (value === '' ? 'none' : value);
  return fields
    .filter((field) => pinned[field] !== now[field])
    .map((field) => `${field} was ${shown(pinned[field])} and is ${shown(now[field])}`);
}

/** Says whether the question is still the same one. Tapes follow from the rest and the seed, C is measured anew. */
export function planDigestOf({ tapes: _, capacity: __, against: ___, ...rest }: PlannedExperiment): string {
  return Hash(rest);
}
