import pc from 'picocolors';
import type { ClaimResult } from '#contract/verdict.ts';
import type { Score } from '../scoreboard/scores.ts';
import {
  byBaseline,
  CAPACITY_HEAD,
  capacityRow,
  cellText,
  claimsTally,
  faultText,
  matrixTitle,
  shortBound,
  shortInterval,
  shortJudged,
} from '../scoreboard/words.ts';
import { claimText } from '../words.ts';
import { type Cell, columns, columnsThatFit, wrapped } from './layout.ts';
import { faint, outcomeCell, paintedOutcome, plain } from './paint.ts';

/** What a comparison found, for the end of its text; nothing after any other run. */
export function scoreboard(scores: readonly Score[]): string[] {
  if (scores.length === 0) return [];
  const capacities = [CAPACITY_HEAD.map(faint), ...scores.map((score) => capacityRow(score).map(plain))];
  return [pc.bold('scoreboard'), ...columns(capacities, 2), ...scores.flatMap(scoreText), ''];
}

function scoreText(score: Score): string[] {
  const { experiment, pattern, outcome, advice } = score;
  const of = pattern === null || pattern === experiment ? '' : ` (${pattern})`;
  return [
    '',
    `  ${pc.bold(experiment)}${of}  ${paintedOutcome(outcome)}`,
    ...wrapped(advice, 4),
    ...claimLines(score),
    ...matrixLines(score),
  ];
}

function claimLines(score: Score): string[] {
  if (score.claims.length === 0) return [];
  const rows = byBaseline(score).flatMap(([against, claims]) => [
    [faint(`against ${against}`)],
    ...claims.map(claimRow),
  ]);
  return columnsThatFit(
    [['', 'effect', '95 % interval', 'wanted', 'judged, pairs agree'].map(faint), ...rows],
    4,
  );
}

function claimRow(result: ClaimResult): Cell[] {
  const { effect, interval, wanted, judged } = claimText(result);
  const kind = result.kind.padEnd(4);
  const short = shortJudged(judged);
  const word = result.kind === 'loss' && result.outcome === 'fail' ? 'pass' : result.outcome;
  return [
    ...[`  ${kind} ${result.name}`, effect, shortInterval(interval), shortBound(wanted)].map(plain),
    word === 'observed' ? plain(short) : outcomeCell(short, word),
  ];
}

function matrixLines(score: Score): string[] {
  const { matrix, variants } = score;
  if (matrix.length === 0) return [];
  const head = ['fault', 'rounds', ...variants, 'claims'].map(faint);
  const rows = matrix.map((row) => [
    plain(faultText(row, score)),
    plain(String(row.rounds)),
    ...row.cells.map((cell) => plain(cellText(cell))),
    plain(claimsTally(row)),
  ]);
  return ['', ...wrapped(`${matrixTitle(score)}.`, 4).map(pc.dim), ...columnsThatFit([head, ...rows], 4)];
}
