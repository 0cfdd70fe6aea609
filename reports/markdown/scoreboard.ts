import type { Score } from '../scoreboard/scores.ts';
import {
  CAPACITY_HEAD,
  capacityRow,
  cellText,
  claimsTally,
  faultText,
  matrixTitle,
  shortInterval,
} from '../scoreboard/words.ts';
import { CLAIM_KIND, claimText } from '../words.ts';
import { plain, table } from './text.ts';

/** What a comparison found, as paragraphs and tables; nothing after any other run. */
export function scoreboard(scores: readonly Score[]): string[] {
  if (scores.length === 0) return [];
  return [
    '## Scoreboard',
    capacityTable(scores).join('\n'),
    ...scores.flatMap((score) => [
      `### ${plain(score.experiment)}: ${score.outcome}`,
      `**${plain(score.advice)}**`,
      ...claimsTable(score),
      ...matrixTable(score),
    ]),
  ];
}

export function capacityTable(scores: readonly Score[]): string[] {
  return table(CAPACITY_HEAD.map(capital), scores.map(capacityRow));
}

/** The claims of the headline; a paragraph, or none. */
export function claimsTable({ claims }: Score): string[] {
  const rows = claims.map((result) => {
    const { metric, candidate, baseline, effect, interval, wanted, judged } = claimText(result);
    const sides = [candidate, baseline];
    return [
      CLAIM_KIND[result.kind],
      result.name,
      metric,
      result.against,
      ...sides,
      effect,
      shortInterval(interval),
      wanted,
      judged,
    ];
  });
  const numeric = ['Candidate', 'Baseline', 'Effect', '95 % interval', 'Wanted'];
  const head = ['Kind', 'Claim', 'Metric', 'Against', ...numeric, 'Judged'];
  return rows.length === 0 ? [] : [table(head, rows, numeric).join('\n')];
}

/** Every variant under every fault; a caption and a paragraph, or none. */
export function matrixTable(score: Score): string[] {
  const { matrix, variants } = score;
  if (matrix.length === 0) return [];
  const rows = matrix.map((row) => [
    faultText(row, score),
    String(row.rounds),
    ...row.cells.map(cellText),
    claimsTally(row),
  ]);
  return [
    `${plain(matrixTitle(score))}:`,
    table(['Fault', 'Rounds', ...variants, 'Claims'], rows, ['Rounds']).join('\n'),
  ];
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
