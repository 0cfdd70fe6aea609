import { METRICS } from '#contract/metrics.ts';
import { CALL_OUTCOMES } from '#contract/names.ts';
import type { Scrape } from '#contract/record.ts';
import type { TrialView } from '#contract/trial-view.ts';
import type { Backlog } from '#contract/verdict.ts';

interface Reading {
  atMs: number;
  waiting: number;
}

/**
 * What was left when the fault was over, and how soon it was gone. Counted at the gateway: of the calls that wait, the
 * model server sees no more than there are connections to it, and the others wait for one.
 */
export function backlogOf({ spans, facts }: TrialView): Backlog | null {
  const { steady, recovery } = spans;
  const { t0, scrapes } = facts;
  if (!steady || !recovery || t0 === null) return null;
  const readings = scrapes
    .filter(({ service, values }) => service === 'gateway' && METRICS.upstreamStarted in values)
    .map((scrape): Reading => ({ atMs: scrape.at - t0, waiting: waitingIn(scrape) }));
  const before = readings.filter(({ atMs }) => atMs >= steady.fromMs && atMs < steady.toMs);
  const after = readings.filter(({ atMs }) => atMs >= recovery.fromMs && atMs < recovery.toMs);
  const [first, last] = [after[0], after.at(-1)];
  if (before.length === 0 || !first || !last) return null;
  const usual = Math.max(...before.map(({ waiting }) => waiting));
  const secondsAfter = ({ atMs }: Reading) => (atMs - recovery.fromMs) / 1000;
  const drained = after.find(({ waiting }) => waiting <= usual);
  return {
    calls: first.waiting,
    drainedSeconds: drained ? secondsAfter(drained) : null,
    watchedSeconds: secondsAfter(last),
    projectedSeconds: drained ? null : projected(first, last, usual, secondsAfter(last)),
  };
}

/** Calls begun and not ended. */
function waitingIn({ values }: Scrape): number {
  const ended = CALL_OUTCOMES.map((outcome) => values[`${METRICS.upstreamCalls}{outcome="${outcome}"}`] ?? 0);
  return (values[METRICS.upstreamStarted] ?? 0) - ended.reduce((sum, count) => sum + count, 0);
}

function projected(first: Reading, last: Reading, usual: number, watchedSeconds: number): number | null {
  const perSecond = ((first.waiting - last.waiting) / (last.atMs - first.atMs)) * 1000;
  return perSecond > 0 ? watchedSeconds + (last.waiting - usual) / perSecond : null;
}
