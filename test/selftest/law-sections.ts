import { plain, table } from '#reports/markdown/text.ts';
import { type LawName, laws } from '#slo/selftest/laws.ts';
import { pairsFor, SLOWDOWN, VARIATIONS } from '#slo/selftest/pairs.ts';
import { rarePoints } from '#slo/selftest/rare.ts';
import { powerOf } from '#slo/statistics/power.ts';
import { boundText, type Finding, shareText } from './findings.ts';

export const CHART_FILE = 'selftest.svg';

/** What the laws say, a section each. The same seed gives the same text. */
export function lawSections(findings: readonly Finding[]): string {
  return (Object.keys(laws) as LawName[])
    .flatMap((law) =>
      section(
        law,
        findings.filter((finding) => finding.law === law),
      ),
    )
    .join('\n\n');
}

/** How many bounds held. */
export function boundsText(findings: readonly Finding[]): string {
  const asked = findings.filter(({ state }) => state !== null);
  const held = asked.filter(({ state }) => state === 'held').length;
  return `${held} of ${asked.length} bounds held${exceptions(asked)}`;
}

/** A bound may be missed by chance, but no more often than chance allows. */
function exceptions(asked: readonly Finding[]): string {
  const of = (state: Finding['state']) => asked.filter((finding) => finding.state === state).length;
  const parts = [
    ...(of('by chance') > 0 ? [`${of('by chance')} missed within chance`] : []),
    ...(of('broken') > 0 ? [`${of('broken')} broken`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function section(law: LawName, findings: readonly Finding[]): string[] {
  const { title, rule, runs } = laws[law];
  const body = { rare: () => rareTable(findings), tried: () => triedTable(findings) }[law as string];
  return [
    `## ${title}`,
    `${plain(rule)} Each situation was played ${runs.full.toLocaleString('en-US')} times.`,
    ...(law === 'rare' ? [`![False passes by how rare bad episodes are](${CHART_FILE})`] : []),
    (body?.() ?? findingsTable(findings)).join('\n'),
    ...(law === 'claims' ? ['### Pairs needed', pairsTable().join('\n')] : []),
  ];
}

function findingsTable(findings: readonly Finding[]): string[] {
  return table(
    ['Situation', 'What', 'Seen', 'Asked', 'State'],
    findings.map(({ situation, measure, share, state }, i) => [
      findings[i - 1]?.situation === situation ? '' : situation,
      measure.what,
      shareText(share),
      boundText(measure),
      state ?? '',
    ]),
    ['Seen', 'Asked'],
  );
}

/** A row a kind of episode, a column an expectation. */
function rareTable(findings: readonly Finding[]): string[] {
  const expectations = [...new Set(rarePoints.map(({ expected }) => expected))];
  const kindOf = ({ seconds, vary, episodeSeconds }: (typeof rarePoints)[number]) =>
    `${seconds} s|${episodeSeconds} s|${vary}`;
  const kinds = [...new Set(rarePoints.map(kindOf))];
  return table(
    ['Window', 'Episodes of', 'Lengths', ...expectations.map((expected) => `${expected} expected`)],
    kinds.map((kind) => [
      ...kind.split('|'),
      ...expectations.map((expected) => {
        const i = rarePoints.findIndex((point) => kindOf(point) === kind && point.expected === expected);
        const finding = findings[i];
        if (!finding) return '';
        const flag = finding.state === null || finding.state === 'held' ? '' : ` (${finding.state})`;
        return `${shareText(finding.share)}${flag}`;
      }),
    ]),
    expectations.map((expected) => `${expected} expected`),
  );
}

/** A row a situation, a column a rule. */
function triedTable(findings: readonly Finding[]): string[] {
  const rules = [...new Set(findings.map(({ measure }) => measure.what))];
  const situations = [...new Set(findings.map(({ situation }) => situation))];
  return table(
    ['Situation', ...rules],
    situations.map((situation) => [
      situation,
      ...rules.map((rule) => {
        const finding = findings.find((one) => one.situation === situation && one.measure.what === rule);
        return finding ? shareText(finding.share) : '';
      }),
    ]),
    rules,
  );
}

function pairsTable(): string[] {
  const found = (pairs: number, variation: number) =>
    shareText(powerOf(pairs, Math.SQRT2 * variation, Math.log(SLOWDOWN)));
  return table(
    ['Trials vary by', 'Pairs that find 10 % in 90 %', 'They find it in', '6 pairs find it in'],
    VARIATIONS.map((variation) => {
      const pairs = pairsFor(variation);
      return [shareText(variation), String(pairs), found(pairs, variation), found(6, variation)];
    }),
    ['Trials vary by', 'Pairs that find 10 % in 90 %', 'They find it in', '6 pairs find it in'],
  );
}
