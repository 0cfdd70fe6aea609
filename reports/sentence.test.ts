import { expect, it } from 'vitest';
import { sentenceOf } from './sentence.ts';
import { situations } from './test-situations.ts';
import { viewExperiments } from './view.ts';

it.each([
  [
    'a breaker that kept its objectives',
    /^The candidate kept all 2 objectives\. While 'latency' was active, /,
  ],
  ['a breaker that kept its objectives', /without the pattern \(no-timeout\) it was 0 %\.$/],
  [
    'a comparison over six pairs',
    /^The candidate missed no objective\. Of 3 claims 1 needs more pairs: answers-sooner\. While/,
  ],
  ['an interrupted run without trials', /^Nothing was measured: no trial of the candidate was played\.$/],
  ['a fault that did not bite', /^This run says nothing about the candidate: 'fault-bit' did not hold/],
  [
    'a load test that missed its objective',
    /^The candidate missed its objective: .*\(92\.97 %, wanted 93 %\)/,
  ],
  ['a load test with too little evidence', /1 of 1 needs more evidence: correct-in-time\./],
  [
    'a load test that became slower than its pin',
    /^The candidate missed no objective\. It is worse than the pinned run 2027-01-14T08-00-00-loadtest: steady p95 response time 5\.24 ms where it was 4 ms \(1\.31 ×, allowed at most 1\.05 ×\)\. At /,
  ],
  ['a load test like its pin', /^The candidate kept its objective\. It is not shown to be worse than the /],
  [
    'a load test that was never calibrated',
    /missed no objective\. Whether it is worse .* by 1 of 1 metric\./,
  ],
  ['a system that is slower than another commit', /It is worse than commit 0123456 \(main\): steady p95/],
  ['a load test of twelve trials', /in each of 12 trials\.$/],
])('%s is told as %s', (situation, sentence) => {
  expect(sentenceOf(viewExperiments(situations[situation]!())[0]!)).toMatch(sentence);
});

it('a claim that failed is told beside objectives that were kept', () => {
  const [view] = viewExperiments(situations['a comparison over six pairs']!());
  const [claim] = view!.verdict.claims;
  const verdict = {
    ...view!.verdict,
    outcome: 'fail' as const,
    claims: [{ ...claim!, outcome: 'fail' as const }],
  };
  expect(sentenceOf({ ...view!, verdict })).toMatch(
    /^The candidate missed no objective\. Of 1 claim 1 failed: keeps-goodput\./,
  );
  const kept = { ...view!.verdict, outcome: 'pass' as const, claims: [claim!] };
  expect(sentenceOf({ ...view!, verdict: kept })).toMatch(
    /^The candidate kept all 2 objectives and made good 1 claim\./,
  );
});
