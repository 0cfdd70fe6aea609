import { correctWithin, responseMs } from '#contract/samples.ts';
import { rangeOf, type Span, type TrialView } from '#contract/trial-view.ts';
import { quantile } from './statistics/quantile.ts';

/**
 * p99 response time of the load's own tenant in the fault ÷ that in steady; null where its requests name no tenant. A
 * request that got no answer 200 counts as having taken until the client would have given up: a refusal is no answer,
 * however soon it comes.
 */
export function tenantP99OfAlone(view: TrialView): number | null {
  const { steady, fault } = view.spans;
  if (!steady || !fault) return null;
  const [alone, crowded] = [steady, fault].map((span) => quantile(responsesOf(view, span), 0.99));
  return alone == null || crowded == null ? null : crowded / alone;
}

/** Correct answers in time ÷ planned requests, of the load's own tenant; null where its requests name none. */
export function tenantGoodputInFault(view: TrialView): number | null {
  const { fault } = view.spans;
  const own = fault ? ownIn(view, fault) : [];
  if (own.length === 0) return null;
  const { deadlineMs } = view.experiment.load;
  return own.filter((i) => correctWithin(view.samples, i, deadlineMs)).length / own.length;
}

function responsesOf(view: TrialView, span: Span): Float64Array {
  const { samples, experiment } = view;
  const { clientTimeoutMs } = experiment.load;
  return Float64Array.from(ownIn(view, span), (i) =>
    samples.status[i] === 200 ? responseMs(samples, i) : Math.max(clientTimeoutMs, responseMs(samples, i)),
  );
}

/** Positions on the tape of the requests of the load's own tenant. */
function ownIn({ tape, experiment }: TrialView, span: Span): number[] {
  const { tenant } = experiment.load;
  if (tenant === undefined || !tape.tenant) return [];
  const { from, to } = rangeOf(tape, span);
  const own: number[] = [];
  for (let i = from; i < to; i += 1) if (tape.tenant[i] === tenant) own.push(i);
  return own;
}
