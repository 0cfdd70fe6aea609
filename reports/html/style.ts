import type { Outcome } from '#contract/verdict.ts';
import { DARK, FAINT_INK, GRID, INK, OUTCOME_COLOUR } from '../palette.ts';
import { Markup } from './markup.ts';

const NAMES: Record<string, string> = { ink: INK, faint: FAINT_INK, grid: GRID, card: '#ffffff' };

const outcomes = (Object.keys(OUTCOME_COLOUR) as Outcome[])
  .map(
    (outcome) =>
      `.badge.${outcome} { background: var(--${outcome}); } .mark.${outcome} { color: var(--${outcome}); }`,
  )
  .join('\n');

const colours = Object.entries({ ...NAMES, ...OUTCOME_COLOUR });
const light = colours.map(([name, colour]) => `--${name}: ${colour};`).join(' ');
const dark = colours.map(([name, colour]) => `--${name}: ${DARK[colour]};`).join(' ');

/** The pictures are drawn on white; every colour of theirs has another on a dark page. */
const darkPictures = Object.entries(DARK)
  .map(
    ([on, instead]) =>
      `figure [fill="${on}"] { fill: ${instead}; } figure [stroke="${on}"] { stroke: ${instead}; }`,
  )
  .join('\n');

/** For a page of reports: light or dark as the reader's screen is, from a telephone's width on, and on paper. */
export const style = new Markup(`
:root { color-scheme: light dark; --page: #f4f5f7; --code: #f4f5f7; --link: #0057a8; --badge-ink: #fff; --banner: #fff3d6; --banner-edge: #7a5c00; ${light} }
@media screen and (prefers-color-scheme: dark) {
:root { --page: #14171b; --code: #14171b; --link: #7cb8ff; --badge-ink: #14171b; --banner: #3a3010; --banner-edge: #e6c15c; ${dark} }
${darkPictures}
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 21px; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 16px; margin: 28px 0 6px; }
p { margin: 6px 0; max-width: 92ch; overflow-wrap: anywhere; }
a { color: var(--link); }
nav { margin-top: 10px; display: flex; flex-wrap: wrap; gap: 4px 16px; }
.faint { color: var(--faint); overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 22px 24px; margin-top: 20px; }
.headline { display: flex; align-items: center; gap: 14px; flex-wrap: wrap; }
.score { margin-top: 30px; } .score h3 { margin: 0; font-size: 18px; }
.sentence { font-size: 17px; margin-top: 10px; }
.banner { background: var(--banner); border: 2px solid var(--banner-edge); border-radius: 8px; padding: 10px 14px; margin-top: 14px;
  font-weight: 600; }
.badge { color: var(--badge-ink); background: var(--faint); border-radius: 6px; padding: 2px 12px; font-weight: 700;
  text-transform: uppercase; letter-spacing: .04em; font-size: 15px; }
.mark { font-weight: 700; }
.mark, .unbroken { white-space: nowrap; }
${outcomes}
.mark.regression { color: var(--fail); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 12px 0 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 18px 0 0; }
figure svg { display: block; width: 100%; height: auto; }
figure.narrow { display: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding-bottom: 4px; }
th { text-align: left; font-weight: 600; border-bottom: 2px solid var(--grid); padding: 5px 8px; vertical-align: bottom; }
td { border-bottom: 1px solid var(--grid); padding: 5px 8px; vertical-align: top; }
th.number, td.number { text-align: right; }
td.number { white-space: nowrap; }
td:first-child, th:first-child { padding-left: 0; }
.advice { display: block; color: var(--faint); font-size: 13px; }
details { margin-top: 10px; }
summary { cursor: pointer; }
pre { background: var(--code); border-radius: 6px; padding: 10px 14px; overflow-x: auto; font-size: 13px; }
code { font-size: 13px; }
@media screen and (max-width: 720px) {
  main { padding: 16px 10px 48px; }
  .card { padding: 16px 14px; }
  dl { grid-template-columns: 1fr; } dt { margin-top: 6px; }
  figure.wide { display: none; } figure.narrow { display: block; }
  table { font-size: 13px; } th, td { padding: 4px 6px; }
  table.cards, table.cards tbody, table.cards tr, table.cards caption { display: block; }
  table.cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.cards tr { border: 1px solid var(--grid); border-radius: 8px; padding: 6px 10px; margin-bottom: 8px; }
  table.cards td { display: grid; grid-template-columns: 34% 1fr; gap: 0 8px; border: 0; padding: 2px 0; text-align: left;
    white-space: normal; overflow-wrap: anywhere; }
  table.cards td::before { content: attr(data-head); color: var(--faint); }
  table.cards td:empty { display: none; }
  table.cards td:first-child { font-weight: 600; } table.cards td:first-child .advice { font-weight: 400; }
  table.cards .unbroken, table.cards .mark { white-space: normal; }
  table.grid caption { max-width: calc(100vw - 52px); }
}
@media print {
  body { background: #fff; font-size: 12px; }
  main { max-width: none; padding: 0; }
  .card { border: 0; padding: 0; }
  .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; }
  table { font-size: 10px; } td.number, .mark, .unbroken { white-space: normal; }
  tr, figure, .headline { break-inside: avoid; } h2, h3, caption { break-after: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  details:not([open])::details-content { content-visibility: visible; block-size: auto; display: block; }
}
`);
