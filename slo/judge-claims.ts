import { type Claim, isWithin } from '#contract/experiment.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import { headOf } from './claims.ts';
import { type Evidence, evidenceInKeys, evidenceInPairs } from './evidence.ts';
import type { Measured } from './measured.ts';
import { type Settled, settle } from './statistics/settle.ts';

/**
 * Judges an experiment's claims over its rounds. A claim passes where the 95 % interval of its effect lies wholly within
 * the bound, fails where it lies wholly outside, and is inconclusive between. All of them together, since of many tests
 * some succeed by chance: Holm's adjustment.
 */
export function judgeClaims(claims: readonly Claim[], measured: Measured, level = 0.05): ClaimResult[] {
  const all = claims.map((claim) =>
    claim.compare === 'paired-keys'
      ? evidenceInKeys(claim, measured.keysOf(claim))
      : evidenceInPairs(claim, measured.trials),
  );
  const asked = all.filter(({ judgeable }) => judgeable !== null);
  const settled = settle(
    asked.map(({ judgeable }) => judgeable!.question),
    level,
  );
  return claims.map((claim, i) =>
    resultOf(claim, all[i]!, settled[asked.indexOf(all[i]!)] ?? null, asked.length),
  );
}

const OUTCOMES = { inside: 'pass', outside: 'fail', open: 'inconclusive' } as const;

function resultOf(
  claim: Claim,
  { seen, judgeable, problem }: Evidence,
  settled: Settled | null,
  together: number,
): ClaimResult {
  const head = { ...headOf(claim), ...seen };
  if (!judgeable || !settled)
    return { ...head, ...NOT_JUDGED, outcome: problem.outcome, advice: problem.advice };
  const { effect, interval, pairs, agreeing } = judgeable;
  return {
    ...head,
    outcome: OUTCOMES[settled.lies],
    effect,
    interval,
    within: isWithin(claim.bound, effect),
    pairs,
    agreeing,
    advice:
      settled.lies === 'open'
        ? judgeable.more(settled.sureAlone ? together : 1)
        : lossAdvice(claim, settled.lies),
  };
}

const NOT_JUDGED = { effect: null, interval: null, within: null, pairs: null, agreeing: null };

function lossAdvice({ kind }: Claim, lies: 'inside' | 'outside'): string {
  if (kind !== 'loss') return '';
  return lies === 'inside' ? 'Lost as expected.' : 'A finding: it was expected to lose and did not.';
}
