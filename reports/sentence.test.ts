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
  ['an interrupted run without trials', /^Nothing was measured: no trial of the candidate was played\.$/],
  ['a fault that did not bite', /^This run says nothing about the candidate: 'fault-bit' did not hold/],
  [
    'a load test that missed its objective',
    /^The candidate missed its objective: .*\(92\.97 %, wanted 93 %\)/,
  ],
  ['a load test with too little evidence', /1 of 1 needs more evidence: correct-in-time\./],
  ['a load test of twelve trials', /in each of 12 trials\.$/],
])('%s is told as %s', (situation, sentence) => {
  expect(sentenceOf(viewExperiments(situations[situation]!())[0]!)).toMatch(sentence);
});
