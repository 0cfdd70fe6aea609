import { EXIT } from '#contract/exit-codes.ts';
import type { Plan } from '#contract/plan.ts';
import type { Verdict } from '#contract/verdict.ts';
import type { RunFacts } from '#harness/run.ts';
import { withFigures } from '#reports/figures.ts';
import type { References } from '#slo/against-pin.ts';
import { evaluate } from '#slo/evaluate.ts';

/**
 * The verdict of a run just played or read again, with the figures that the reports show: the same facts give the same
 * bytes. `allow` is `--allow`.
 */
export function judgeFacts(
  plan: Plan,
  facts: RunFacts,
  allow: 'inconclusive' | undefined,
  references?: References,
): Verdict {
  const judged = evaluate(plan, facts.record, facts.samples, references);
  const verdict = withFigures({ plan, ...facts, verdict: judged });
  // An interrupt or an error has a code of its own, which nobody allowed.
  const isAllowed =
    allow === 'inconclusive' && verdict.outcome === 'inconclusive' && verdict.exitCode === EXIT.undecided;
  return isAllowed ? { ...verdict, exitCode: EXIT.pass } : verdict;
}
