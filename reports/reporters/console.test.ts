import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SCOPE } from '../test-fixture.ts';
import { situations } from '../test-situations.ts';
import { console } from './console.ts';

const linesOf = (situation: string) => {
  const input = situations[situation]!();
  return { input, lines: stripVTControlCharacters(console(input).text!).split('\n') };
};

describe("the console's text", () => {
  it.each(Object.keys(situations))("ends with the report's path for %s", (situation) => {
    const { input, lines } = linesOf(situation);
    expect(lines.at(-1)).toBe(`${input.runFolder}/report.html`);
  });

  it.each(Object.keys(situations))('keeps to 110 characters a line for %s', (situation) => {
    for (const line of linesOf(situation).lines) expect(line.length).toBeLessThanOrEqual(110);
  });

  it('names the exit code with its meaning', () => {
    expect(linesOf('a breaker that kept its objectives').lines).toContain('exit 0: pass');
  });

  it('puts the candidate and its baseline side by side, with the outcome in words', () => {
    const row = linesOf('a breaker that kept its objectives').lines.find((line) =>
      line.includes('-in-fault'),
    );
    expect(row).toMatch(/97\.5 % +pass +0 % +fail/);
  });

  it('says what a fault on the load asked for, and what waited when it was over', () => {
    const text = linesOf('an overload that left a backlog').lines.join('\n').replace(/\n +/g, ' ');
    expect(text).toContain("fault 'overload': 60 requests/s (3 C) for 4 s");
    expect(text).toContain('1-candidate: 1 call waited when it was over; no more than before 0.4 s later.');
    expect(text).toContain(
      '1-no-timeout: 400 calls waited when it was over; not drained within 3.5 s, at that pace after 21 s.',
    );
    expect(text).toContain("While 'overload' was active");
  });

  it('counts the rules that held, and names the broken ones with their advice', () => {
    const text = linesOf('an interrupted run without trials').lines.join('\n');
    expect(text).toContain('candidate: 0 of 1 validity check held; baselines: 0 of 1 validity check held');
    expect(text).toContain('Run it again to its end.');
    expect(linesOf('a breaker that kept its objectives').lines.join('\n')).toContain(
      '2 of 2 validity checks held',
    );
  });

  it("tells what each phase spent of the candidate's budgets", () => {
    const { lines } = linesOf('a breaker that kept its objectives');
    const at = lines.findIndex((line) => line.includes('error budget spent in'));
    expect(lines[at]).toMatch(/ steady +fault latency +recovery$/);
    expect(lines[at + 1]).toMatch(/ correct-in-time +35\.7 % +35\.7 % +0 %$/);
    expect(lines[at + 2]).toMatch(/ correct-in-time-in-fault +35\.7 %$/);
  });

  it('tells which alert would have seen the fault, and where none would', () => {
    const text = linesOf('a breaker that kept its objectives').lines.join('\n');
    expect(text).toContain('burn-rate alerts, windows scaled 1:60\n');
    expect(text).toContain(
      'latency in no-timeout: a page would ring after 3 s (14.4 × over 60 s/5 s on correct-in-time)\n',
    );
    expect(text).toContain('latency in candidate: no alert would have seen it, rightly');
    expect(linesOf('a steady load test').lines.join('\n')).not.toContain('burn-rate alerts');
  });

  it('gives the next command after an inconclusive load test', () => {
    const { lines } = linesOf('a load test with too little evidence');
    expect(lines.at(-2)).toBe('next: gather more evidence: npm run loadtest -- steady-20 --duration 12');
  });

  it('says once what the passes of the candidate can not exclude, and of which phase', () => {
    const { lines } = linesOf('a breaker that kept its objectives');
    const text = lines.join(' ').replaceAll(/ +/g, ' ');
    expect(text.split(SCOPE).length - 1).toBe(1);
    expect(text).toContain(`What passed (steady): ${SCOPE}`);
    expect(linesOf('a load test that missed its objective').lines.join(' ')).not.toContain('What passed');
  });

  it('tells what became worse, and how to find out whether it was the code', () => {
    const pinned = linesOf('a load test that became slower than its pin').lines;
    expect(
      pinned.find((line) => line.trim().startsWith('steady p95') && line.includes('regression')),
    ).toMatch(/4 ms +5\.24 ms +1\.31 × .* regression/);
    expect(pinned.join(' ')).toMatch(/next: .* npm run compare -- steady-20 --against COMMIT/);
    const commit = linesOf('a system that is slower than another commit').lines;
    expect(commit).toContain('next: see what changed since: git diff 0123456 -- sut');
    expect(linesOf('a load test that was never calibrated').lines.join('\n')).toContain('Not calibrated');
  });

  it('tells judged claims with interval, pairs and advice, and an expected loss that did not come as a finding', () => {
    const text = linesOf('a comparison over six pairs').lines.join(' ').replaceAll(/ +/g, ' ');
    expect(text).toContain('claims, judged together over pairs of trials');
    expect(text).toContain('keeps-goodput (win): pass, 6 of 6 pairs agree');
    expect(text).toContain('0.2 ×, 95 % interval 0.13 × to 0.31 ×, wanted at most 0.25 ×. At this effect');
    expect(text).toContain('loses-goodput (expected loss): a finding');
    expect(text).toContain(
      'accuracy in fault 93.3 %, with no-timeout 93.3 % (7,412 keys that both answered, 12 right in the candidate ' +
        'alone, 15 in the baseline alone): -0.04 points, 95 % interval -0.16 points to +0.09 points, wanted at least ' +
        '-0.5 points.',
    );
    expect(linesOf('a breaker that kept its objectives').lines.join(' ')).toContain('and not judged');
  });

  it('says what to look at and to type where a claim failed, and where one needs more pairs', () => {
    const nextOf = (situation: string) => linesOf(situation).lines.join(' ').replaceAll(/ +/g, ' ');
    expect(nextOf('a comparison over six pairs')).toContain(
      'next: play until it is settled, in four looks at most: npm run compare -- breaker --extend-until-conclusive',
    );
    expect(nextOf('a comparison whose cost was too high')).toContain(
      "next: 'costs-no-accuracy' failed: see accuracy in fault of candidate and no-timeout in the report's trials, " +
        'then one round alone, with its picture: npm run chaos -- breaker --fault latency',
    );
  });

  it('says where the logs lie after a failure', () => {
    expect(linesOf('a load test that missed its objective').lines.join('\n')).toContain(
      'trials/steady-20/1-candidate/services',
    );
  });
});
