import type { ObjectiveResult } from '#contract/verdict.ts';
import { FEWEST_FAULTS, scopeOfFaults } from './scope.ts';
import { decideShare, interval95, upperBound } from './statistics/binomial.ts';
import { fewest } from './statistics/fewest.ts';
import { deviationOf, estimateMean, intervalOf, lowerEnd, meanOf, upperEnd } from './statistics/student.ts';

/** What judging by faults decides; the counts are the caller's. */
type Judged = Pick<ObjectiveResult, 'outcome' | 'interval' | 'scope' | 'advice'>;

/** What is printed of a count is one-sided 95 %, however often it was looked at. */
const PRINTED = 0.95;
const MOST_FAULTS = 10_000;

/** One ratio per fault against the target: observed below six faults, with Student's bound from there on. */
export function judgeFaultRatios(ratios: readonly number[], target: number, confidence: number): Judged {
  const estimate = ratios.length < FEWEST_FAULTS ? null : estimateMean(ratios);
  if (!estimate) return observed(ratios.length, ratios.length > 0 && meanOf(ratios) >= target);
  const interval = within01(intervalOf(estimate));
  const faults = ratios.length;
  if (lowerEnd(estimate, confidence) >= target) return passed(faults, interval, '');
  if (upperEnd(estimate, confidence) < target) return { outcome: 'fail', interval, scope: '', advice: '' };
  return { outcome: 'inconclusive', interval, scope: '', advice: moreFaults(ratios, target, confidence) };
}

/** Faults that went well against the share that must; a target of 1 allows no other. */
export function judgeFaultCount(good: number, faults: number, target: number, confidence: number): Judged {
  if (faults < FEWEST_FAULTS) return observed(faults, good / faults >= target);
  const interval = interval95(good, faults);
  if (target < 1) {
    const outcome = decideShare(good, faults, target, undefined, confidence);
    const advice = outcome === 'inconclusive' ? `${good} of ${faults} faults are too few to tell.` : '';
    return outcome === 'pass' ? passed(faults, interval, '') : { outcome, interval, scope: '', advice };
  }
  if (good < faults) return { outcome: 'fail', interval, scope: '', advice: '' };
  const most = (upperBound(0, faults, PRINTED) * 100).toFixed(1);
  return passed(
    faults,
    interval,
    `none of ${faults} faults failed: at most ${most} % of such faults do (95 %)`,
  );
}

function observed(faults: number, kept: boolean): Judged {
  if (faults === 0)
    return { outcome: 'inconclusive', interval: null, scope: '', advice: 'No fault ran its course.' };
  const advice = `demonstrated on ${faults} fault${faults === 1 ? '' : 's'}`;
  return { outcome: kept ? 'pass' : 'fail', interval: null, scope: '', advice };
}

function passed(faults: number, interval: [number, number], advice: string): Judged {
  return { outcome: 'pass', interval, scope: scopeOfFaults(faults), advice };
}

function moreFaults(ratios: readonly number[], target: number, confidence: number): string {
  const [mean, deviation] = [meanOf(ratios), deviationOf(ratios)];
  if (mean <= target)
    return 'The mean lies at or below the target; more faults of this kind would not pass it.';
  const enough = (faults: number) => {
    const standardError = deviation / Math.sqrt(faults);
    return lowerEnd({ mean, standardError, degreesOfFreedom: faults - 1 }, confidence) >= target;
  };
  const needed = fewest(ratios.length + 1, MOST_FAULTS, enough);
  return needed === null
    ? `At this mean and spread more than ${MOST_FAULTS} faults would be needed.`
    : `At this mean and spread ${needed - ratios.length} more would settle it.`;
}

/** A share's interval from Student may reach beyond what a share can be. */
function within01([low, high]: [number, number]): [number, number] {
  return [Math.max(0, low), Math.min(1, high)];
}
