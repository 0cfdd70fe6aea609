import { expect, test } from 'vitest';
import { boundText, findingsOf, shareText } from './findings.ts';
import { playAll } from './play-all.ts';

// Each count is binomial, and `stateOf` calls it broken only where its exact bound at a confidence of
// 1 - 0.001 ÷ (number of bounds) excludes the bound that is asked for. So rules that keep all of them fail here with a
// probability of at most 0.1 %, by any seed; and the seed is fixed.
test('the rules that judge keep every bound that the selftest asks of them', async () => {
  const findings = findingsOf(await playAll({ seed: 2, quick: true }));
  const broken = findings
    .filter(({ state }) => state === 'broken')
    .map(
      ({ situation, measure, share }) =>
        `${situation}: ${measure.what} ${shareText(share)}, asked ${boundText(measure)}`,
    );
  expect(broken).toEqual([]);
  // The forbidden ways must still look as bad as they are, or the simulation has lost its teeth.
  const shareOf = (start: string) => findings.find(({ situation }) => situation.startsWith(start))!.share;
  expect(shareOf('forbidden: a look every second')).toBeGreaterThan(0.15);
  expect(shareOf('60 s, 1 episodes expected')).toBeGreaterThan(0.2);
});
