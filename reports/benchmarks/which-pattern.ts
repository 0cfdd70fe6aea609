import type { Benchmark } from '#contract/benchmark.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import { NOTHING } from '../format.ts';
import { capital } from '../markdown/scoreboard.ts';
import { plain, table } from '../markdown/text.ts';
import { type Score, scoresOf } from '../scoreboard/scores.ts';
import { shortInterval } from '../scoreboard/words.ts';
import { CLAIM_KIND, claimText, machineText } from '../words.ts';

/** docs/which-pattern.md: when each pattern is worth having, from its room's README and the records of comparisons. */
export function whichPatternPage(
  /** Each pattern's README. */
  readmes: Readonly<Record<string, string>>,
  benchmarks: Readonly<Record<string, Benchmark>>,
): string {
  const measured = Object.keys(readmes).flatMap((pattern) =>
    ofPattern(pattern, benchmarks).map((benchmark) => ({ pattern, benchmark })),
  );
  const scores = measured.flatMap(({ pattern, benchmark }) => {
    const [score] = scoresOf(benchmark.plan, benchmark.verdict);
    return score ? [{ pattern, score, benchmark }] : [];
  });
  const parts = [
    '# Which pattern should I take?',
    'Made by `npm run docs` from the records in `reports/records/` and the READMEs of the patterns; it is not to be edited. ' +
      'An effect was seen on the machine that is named beside it: take the direction from here, and the size from your own comparison.',
    ...overview(scores),
    ...Object.entries(readmes).flatMap(([pattern, readme]) =>
      section(
        pattern,
        readme,
        scores.filter((one) => one.pattern === pattern),
      ),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

interface Found {
  pattern: string;
  score: Score;
  benchmark: Benchmark;
}

function ofPattern(pattern: string, benchmarks: Readonly<Record<string, Benchmark>>): Benchmark[] {
  return Object.values(benchmarks).filter(({ plan }) => plan.experiments[0]?.pattern === pattern);
}

function overview(found: readonly Found[]): string[] {
  const rows = found.map(({ pattern, score }) => [
    score.question,
    pattern,
    best(score.claims, 'win'),
    best(score.claims, 'cost'),
    score.outcome,
  ]);
  const lines = table(
    ['Your question', 'Pattern', 'What it won first', 'What it cost first', 'Verdict'],
    rows,
  );
  return lines.length === 0 ? ['Nothing was measured yet.'] : [lines.join('\n')];
}

/** The first claim of a kind: an experiment names what matters most first. */
function best(claims: readonly ClaimResult[], kind: ClaimResult['kind']): string {
  const claim = claims.find((one) => one.kind === kind);
  if (!claim) return NOTHING;
  const { metric, candidate, baseline } = claimText(claim);
  return `${metric}: ${candidate}, with ${claim.against} ${baseline}`;
}

function section(pattern: string, readme: string, found: readonly Found[]): string[] {
  const room = `../sut/patterns/${pattern}/README.md`;
  const title = /^# (.+)$/m.exec(readme)?.[1] ?? pattern;
  return [
    `## ${plain(title)}`,
    ...(summaryOf(readme) ? [summaryOf(readme)] : []),
    ...useOf(readme, pattern),
    ...(found.length === 0 ? ['Not measured yet.'] : found.flatMap(measuredOf)),
    `Its options: [the room of ${pattern}](${room}).`,
  ];
}

/** The paragraph below the title. */
function summaryOf(readme: string): string {
  return /^# .+\n+([^\n#`].*)$/m.exec(readme)?.[1] ?? '';
}

/** When to take it and when not, as its README has it; links lead from here. */
function useOf(readme: string, pattern: string): string[] {
  const text = /^\*\*Use it\*\*[\s\S]*?(?=^## |^<!--)/m.exec(readme)?.[0].trim();
  if (!text) return [];
  const fromHere = new URL(`https://repository/sut/patterns/${pattern}/`);
  return [
    text.replace(
      /\]\((?!https?:|#)([^)]+)\)/g,
      (_, path: string) => `](..${new URL(path, fromHere).pathname})`,
    ),
  ];
}

function measuredOf({ score, benchmark }: Found): string[] {
  const rows = score.claims.map((claim) => {
    const { metric, candidate, baseline, effect, interval, judged } = claimText(claim);
    return [
      CLAIM_KIND[claim.kind],
      metric,
      candidate,
      `${baseline} (${claim.against})`,
      effect,
      shortInterval(interval),
      judged,
    ];
  });
  const numeric = ['With it', 'Beside it', 'Effect', '95 % interval'];
  const when = score.fault === null ? '' : ` under '${score.fault}'`;
  return [
    `**${plain(`${capital(score.outcome)}${when}.`)}** ${plain(score.advice)}`,
    table(
      ['Kind', 'Metric', 'With it', 'Beside it', 'Effect', '95 % interval', 'Judged'],
      rows,
      numeric,
    ).join('\n'),
    `Measured ${benchmark.record.startedAt.slice(0, 10)} on ${plain(machineText(benchmark.record.machine))}. ` +
      `Every fault, and how to repeat it: [BENCHMARKS.md](../reports/BENCHMARKS.md#${score.experiment}-${score.outcome}).`,
  ];
}
