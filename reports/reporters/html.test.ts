import { describe, expect, it } from 'vitest';
import { SCOPE } from '../test-fixture.ts';
import { situations } from '../test-situations.ts';
import { html } from './html.ts';

const report = (situation: string) => html(situations[situation]!()).files['report.html']!;

describe('the html report', () => {
  it.each(Object.keys(situations))('asks nothing of the network for %s', (situation) => {
    const text = report(situation).replaceAll(/ xmlns="[^"]*"/g, '');
    expect(text).not.toMatch(/https?:\/\//);
    expect(text).not.toMatch(/<script|<link|@import|url\((?!#)/);
  });

  it('escapes names that would be code', () => {
    const { files } = html(situations['a fault that did not bite']!());
    for (const text of Object.values(files)) {
      expect(text).not.toContain('<script>');
      expect(text).toContain('&lt;script&gt;');
    }
  });

  it('carries a banner when the run did not come to its end', () => {
    expect(report('an interrupted run without trials')).toContain('This run was interrupted');
    expect(report('a steady load test')).not.toContain('role="alert"');
  });

  it('says so where no load was played, and writes no picture', () => {
    const { files } = html(situations['an interrupted run without trials']!());
    expect(files['report.html']).toContain('No load was played');
    expect(Object.keys(files)).toEqual(['report.html']);
  });

  it('has the picture of the experiment, as a file of its own too', () => {
    const { files } = html(situations['a breaker that kept its objectives']!());
    expect(files['report.html']).toContain(files['timeline-breaker.svg']!.trim());
  });

  it('says once what the passes can not exclude', () => {
    const text = report('a breaker that kept its objectives');
    expect(text.split(`What passed (steady): ${SCOPE}`).length - 1).toBe(1);
  });

  it('has a table of what was held against a pin, with what to do', () => {
    const text = report('a load test that became slower than its pin');
    expect(text).toContain('Against the pinned run 2027-01-14T08-00-00-loadtest.');
    expect(text).toContain('<span class="mark regression">regression</span>');
    expect(report('a load test that was never calibrated')).toContain('npm run calibrate -- steady-20');
    expect(report('a steady load test')).not.toContain('<h3>Regression</h3>');
  });

  it('tells judged claims with interval and pairs', () => {
    const text = report('a comparison over six pairs');
    expect(text).toContain('The claims were judged together over pairs of trials.');
    expect(text).toContain('0.13 × to 0.31 ×');
    expect(text).toContain('accuracy in fault<span class="advice">7,412 keys that both answered, 12 right');
    expect(report('a breaker that kept its objectives')).toContain('and not judged.');
  });

  it('has the ledger of each budget, and what each alert needs', () => {
    const text = report('a breaker that kept its objectives');
    expect(text).toContain('1,429 %<span class="advice">80 of 5.6 allowed</span>');
    expect(text).toContain('43.2 s of total outage');
    expect(report('an interrupted run without trials')).not.toContain('Error budgets');
  });

  it('shows broken rules openly and folds away those that held', () => {
    expect(report('a fault that did not bite')).toContain('Broken rules, and what to do');
    expect(report('a breaker that kept its objectives')).not.toContain('Broken rules');
  });
});
