import { laws } from '#slo/selftest/laws.ts';
import { boundText, type Finding, shareText } from './findings.ts';

/** A line a law, and each bound that was missed. */
export function summary(findings: readonly Finding[]): string[] {
  const counts = Object.entries(laws).flatMap(([name, { title }]) => {
    const asked = findings.filter(({ law, state }) => law === name && state !== null);
    const held = asked.filter(({ state }) => state === 'held').length;
    return asked.length === 0 ? [] : [`${title}: ${held} of ${asked.length} bounds held`];
  });
  const missed = findings
    .filter(({ state }) => state === 'by chance' || state === 'broken')
    .map(
      ({ state, situation, measure, share }) =>
        `  ${state === 'broken' ? 'BROKEN' : 'missed, which chance explains'}: ${situation}: ${measure.what} ` +
        `${shareText(share)}, asked ${boundText(measure)}`,
    );
  return [...counts, ...missed];
}
