import { blank, type Measurement, type Taken } from './measurement.ts';
import { type Held, type highestHeldRate, whyNot } from './open-loop.ts';
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
  { highest, isLeast, at, taken }: Awaited<ReturnType<typeof highestHeldRate>>,
): Measurement {
  const whole = `${what}, open loop`;
  if (highest === 'none' || at === null) return { ...blank(id, whole), note: 'no rate was held' };
  const again = whyNot(at);
  return {
    ...spanMeasurement(id, whole, rows, at, taken),
    requestsPerSecond: highest,
    rowsPerSecond: rows * highest,
    note: [...(isLeast ? ['at least'] : []), ...(again === '' ? [] : [`played again: ${again}`])].join('; '),
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
