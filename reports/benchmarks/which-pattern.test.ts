import { describe, expect, it } from 'vitest';
import type { Benchmark } from '#contract/benchmark.ts';
import type { ReportInput } from '../reporter.ts';
import { situations } from '../test-situations.ts';
import { whichPatternPage } from './which-pattern.ts';

const README = `# Circuit breaker

Stops calling what fails.

**Use it** where calls fail together ([a limit](../overload-limit/README.md), [the experiment](../../../experiments/x.ts)).

**Leave it out** where they don't.

## Options
`;

function benchmarkOf({ plan, record, verdict }: ReportInput): Benchmark {
  const [experiment] = plan.experiments;
  const own = { ...plan, experiments: [{ ...experiment!, pattern: 'circuit-breaker' }] };
  const { experiments: _, schemaVersion: __, ...head } = record;
  return { schemaVersion: 1, experiment: 'breaker', record: head, plan: own, trials: [], keys: [], verdict };
}

const measured = { breaker: benchmarkOf(situations['a comparison over six pairs']!()) };
const page = whichPatternPage({ 'circuit-breaker': README, async: '# Async\n\nMakes jobs.\n' }, measured);

describe('the page on which pattern to take', () => {
  it('begins with the question that each answers, and what it won and cost first', () => {
    expect(page).toContain(
      '| Does a circuit breaker keep answers right and in time while the model server is slow? | circuit-breaker | goodput in fault: 97.5 %, with no-timeout 0 % | accuracy in fault: 93.3 %, with no-timeout 93.3 % | inconclusive |',
    );
  });

  it("says when to take it in the room's own words, with links that lead from here", () => {
    expect(page).toContain(
      '**Use it** where calls fail together ([a limit](../sut/patterns/overload-limit/README.md)',
    );
    expect(page).toContain('[the experiment](../experiments/x.ts)');
    expect(page).toContain("**Leave it out** where they don't.");
    expect(page).not.toContain('## Options');
  });

  it('has every claim with its interval, and where to repeat it', () => {
    expect(page).toContain('| 0.2 × | 0.13 × to 0.31 × | inconclusive, 5 of 6 pairs agree |');
    expect(page).toContain('[BENCHMARKS.md](../reports/BENCHMARKS.md#breaker-inconclusive)');
  });

  it('says what was not measured', () => {
    expect(page).toMatch(/## Async\n\nMakes jobs\.\n\nNot measured yet\./);
  });
});
