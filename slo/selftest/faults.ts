import { judgeFaultCount, judgeFaultRatios } from '../fault-objectives.ts';
import { upperBound } from '../statistics/binomial.ts';
import type { Case, Law } from './case.ts';
import type { Random } from './random.ts';

const TARGET = 0.95;

/** Ratios whose true mean is the target itself, where a pass and a fail are both wrong. */
function ratioCase(situation: string, faults: number, ratio: (random: Random) => number, asked = true): Case {
  const bound = asked ? { atMost: 0.06 } : null;
  return {
    situation: `${faults} faults, ${situation}`,
    measures: [
      { what: 'pass, truth just outside', bound },
      { what: 'fail, truth just inside', bound },
    ],
    play: (random) => {
      const ratios = Array.from({ length: faults }, () => ratio(random));
      const { outcome } = judgeFaultRatios(ratios, TARGET, 0.95);
      return [outcome === 'pass', outcome === 'fail'];
    },
  };
}

function countCase(faults: number, fails: number): Case {
  return {
    situation: `${faults} kills of which ${fails * 100} % fail`,
    measures: [{ what: 'the upper bound lies below the truth', bound: { atMost: 0.05 } }],
    play: (random) => {
      const failed = Array.from({ length: faults }, random.uniform).filter((draw) => draw < fails).length;
      return [upperBound(failed, faults, 0.95) < fails];
    },
  };
}

/** Of faults where no failure is allowed: how often one that fails now and then is passed all the same. */
function flawlessCase(faults: number, fails: number): Case {
  return {
    situation: `${faults} kills of which ${fails * 100} % fail, no failure allowed`,
    measures: [{ what: 'pass', bound: faults === 60 ? { atMost: 0.05 } : null }],
    play: (random) => {
      const good = Array.from({ length: faults }, random.uniform).filter((draw) => draw >= fails).length;
      return [judgeFaultCount(good, faults, 1, 0.95).outcome === 'pass'];
    },
  };
}

const steady = (random: Random) => TARGET + 0.01 * random.normal();
/** Now and then a fault goes much worse than the others. */
const skewed = (random: Random) => 1 - random.exponential(1 - TARGET);

export const faultLaw: Law = {
  title: 'Objectives over faults',
  rule:
    "The datum is one ratio per fault. Below six the observed mean is compared and the verdict says 'demonstrated on " +
    "N faults'; from six on Student's bound at 95 % decides. Failures are counted, with Clopper and Pearson's bound.",
  runs: { full: 10_000, quick: 1_000 },
  cases: [
    ratioCase('ratios vary alike around their mean', 6, steady),
    ratioCase('ratios vary alike around their mean', 12, steady),
    ratioCase('beyond the rule: now and then a far worse one', 6, skewed, false),
    ratioCase('beyond the rule: now and then a far worse one', 20, skewed, false),
    countCase(60, 0.01),
    countCase(60, 0.05),
    countCase(60, 0.2),
    flawlessCase(60, 0.05),
    flawlessCase(6, 0.05),
  ],
};
