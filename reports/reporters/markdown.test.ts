import { describe, expect, it } from 'vitest';
import { plain } from '../markdown/text.ts';
import { SCOPE } from '../test-fixture.ts';
import { situations } from '../test-situations.ts';
import { markdown } from './markdown.ts';

const report = (situation: string) => markdown(situations[situation]!()).files['report.md']!;

describe('the markdown report', () => {
  it('begins with the outcome, the exit code and the sentence', () => {
    const text = report('a breaker that kept its objectives');
    expect(text).toMatch(/^# Gauntlet chaos: pass\n\nRun test-chaos, .*; exit code 0: pass\.\n/);
    expect(text).toContain('**The candidate kept all 2 objectives.');
  });

  it.each(Object.keys(situations))(
    'gives each row of a table as many cells as its head for %s',
    (situation) => {
      const cells = (line: string) => line.replaceAll('\\|', '').split('|').length;
      const tables = report(situation).match(/(?:^\|.*\n)+/gm) ?? [];
      for (const table of tables) {
        const lines = table.trimEnd().split('\n');
        expect(new Set(lines.map(cells)).size, table).toBe(1);
        expect(lines[1]).toMatch(/^\|( -{3}:? \|)+$/);
      }
    },
  );

  it('has tables of objectives, baselines, claims and faults where there are any', () => {
    const text = report('a breaker that kept its objectives');
    const tables = ['Objectives of the candidate', 'Beside the baselines', 'Claims', 'Faults'];
    for (const title of [...tables, 'Error budgets', 'Burn-rate alerts'])
      expect(text).toContain(`### ${title}\n\n|`);
    expect(text).not.toContain('### Broken validity rules');
    expect(report('a steady load test')).not.toContain('### Claims');
  });

  it('says once what the passes can not exclude', () => {
    const text = report('a breaker that kept its objectives');
    expect(text.split(plain(`What passed (steady): ${SCOPE}`)).length - 1).toBe(1);
  });

  it('has the interval of judged claims', () => {
    expect(report('a comparison over six pairs')).toContain('| 0.13 × to 0.31 × |');
    expect(report('a comparison over six pairs')).toContain('| accuracy in fault (7,412 keys that both');
  });

  it('has a table of what was held against a pin or a commit', () => {
    const text = report('a load test that became slower than its pin');
    expect(text).toContain('### Against the pinned run 2027-01-14T08-00-00-loadtest\n\n| Metric |');
    expect(text).toContain(
      '| steady p95 response time | 4 ms | 5.24 ms | 1.31 × | 1.27 × to 1.35 × | at most 1.05 × | regression |',
    );
    expect(report('a system that is slower than another commit')).toContain('### Against commit 0123456');
    expect(report('a load test that was never calibrated')).toContain('npm run calibrate');
    expect(report('a steady load test')).not.toContain('### Against');
  });

  it('says that no alert would have rung', () => {
    expect(report('a steady load test')).toContain('None would have rung.');
    expect(report('a load test that missed its objective')).not.toContain('None would have rung.');
  });

  it('names broken rules with what to do, and that the run was interrupted', () => {
    const text = report('an interrupted run without trials');
    expect(text).toContain('> **This run was interrupted before its end.**');
    expect(text).toContain('| completed | 1-candidate | not played | Run it again to its end. |');
  });

  it('shows names that would be code or markup as they are', () => {
    const text = report('a fault that did not bite');
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;');
    expect(plain('a|b\n*c* `d` [e](f) \\')).toBe('a\\|b \\*c\\* \\`d\\` \\[e\\](f) \\\\');
  });
});
