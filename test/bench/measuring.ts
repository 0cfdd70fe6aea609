import { NOTHING } from '#reports/format.ts';
import { blank, type Measurement, type Taken } from './measurement.ts';
import { type Held, type HighestHeld, whyNot } from './open-loop.ts';
import type { Driven } from './wrk.ts';

/** What wrk saw, as a row of the table. */
export function closedMeasurement(
  id: string,
  what: string,
  rows: number,
  driven: Driven & { services: Readonly<Record<string, Taken>> },
): Measurement {
  return {
    id,
    what,
    requestsPerSecond: driven.requestsPerSecond,
    rowsPerSecond: rows * driven.requestsPerSecond,
    p50Ms: driven.p50Ms,
    p99Ms: driven.p99Ms,
    p999Ms: driven.p999Ms,
    taken: driven.services,
    checked: driven.checked,
    isOfLimit: true,
  };
}

/** What k6 saw at the highest rate that was held. */
export function openMeasurement(
  id: string,
  what: string,
  rows: number,
  { highest, isLeast, at, beyond, taken }: HighestHeld,
): Measurement {
  const whole = `${what}, open loop`;
  if (highest === 'none' || at === null) return { ...blank(id, whole), note: 'no rate was held' };
  const notes = [
    ...(isLeast ? ['at least'] : []),
    ...(beyond
      ? [
          `at ${Math.round(beyond.at.ratePerSecond)}/s ${whyNot(beyond.at)}, k6 on ${beyond.generatorCores?.toFixed(1) ?? NOTHING} cores`,
        ]
      : []),
  ];
  return {
    ...spanMeasurement(id, whole, rows, at, taken),
    requestsPerSecond: highest,
    rowsPerSecond: rows * highest,
    note: notes.join('; '),
  };
}

/** What k6 saw of one span. */
export function spanMeasurement(
  id: string,
  what: string,
  rows: number,
  span: Held,
  taken: Readonly<Record<string, Taken>>,
): Measurement {
  return {
    id,
    what,
    requestsPerSecond: span.ratePerSecond,
    rowsPerSecond: rows * span.ratePerSecond,
    p50Ms: span.p50Ms,
    p99Ms: span.p99Ms,
    p999Ms: span.p999Ms,
    taken,
    checked: span.planned,
    isOfLimit: true,
  };
}
