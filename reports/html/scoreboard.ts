import { plural } from '../format.ts';
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
import { badge, drawing, html, type Markup, table, unbroken } from './markup.ts';

/** A score with what draws the picture of its claims so wide; null where none has an effect. */
export interface PicturedScore {
  score: Score;
  picture: ((width: number) => string) | null;
}

/** What a comparison found, before all else; nothing after any other run. */
export function scoreboard(scores: readonly PicturedScore[]): Markup | '' {
  if (scores.length === 0) return '';
  return html`<section class="card" id="scoreboard"><h2>Scoreboard</h2>
${table(
  'Every effect below was seen on this machine, which holds so much.',
  CAPACITY_HEAD.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  scores.map(({ score }) => capacityRow(score)),
)}
${scores.map(scoreCard)}
</section>
`;
}

function scoreCard({ score, picture }: PicturedScore): Markup {
  return html`<div class="headline score"><h3>${score.experiment}</h3>${badge(score.outcome)}</div>
<p class="sentence">${score.advice}</p>
<p><strong>Question:</strong> ${score.question}</p>
${claims(score)}
${picture !== null && drawing(`${score.experiment}: each claim's effect with its interval, against its bound`, picture)}
${matrix(score)}
`;
}

function claims({ claims: all }: Score): Markup | '' {
  if (all.length === 0) return html`<p class="faint">Nothing was claimed.</p>`;
  const pairs = all.find((claim) => claim.pairs !== null)?.pairs;
  return table(
    pairs
      ? `Wins, costs and expected losses over ${plural(pairs, 'pair')}.`
      : 'Wins, costs and expected losses, seen once.',
    ['Claim', 'Against', 'Effect', '95 % interval', 'Wanted', 'Judged'],
    all.map((result) => {
      const { effect, interval, wanted, judged } = claimText(result);
      const word = result.kind === 'loss' && result.outcome === 'fail' ? 'pass' : result.outcome;
      return [
        html`${unbroken(result.name)}<span class="advice">${CLAIM_KIND[result.kind]}</span>`,
        unbroken(result.against),
        effect,
        shortInterval(interval),
        wanted,
        html`<span class="mark ${word}">${judged}</span>`,
      ];
    }),
    ['Effect', '95 % interval', 'Wanted'],
    'cards',
  );
}

function matrix(score: Score): Markup | '' {
  const { matrix: rows, variants, experiment } = score;
  if (rows.length === 0) return '';
  return table(
    `${matrixTitle(score)}.`,
    ['Fault', 'Rounds', ...variants, 'Claims'],
    rows.map((row, i) => [
      // The headline's section bears the experiment's own name.
      html`<a href="#${i === 0 ? experiment : `${experiment}@${row.fault}`}">${faultText(row, score)}</a>`,
      String(row.rounds),
      ...row.cells.map(cellText),
      claimsTally(row),
    ]),
    ['Rounds'],
  );
}
