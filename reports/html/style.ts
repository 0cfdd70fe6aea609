import type { Outcome } from '#contract/verdict.ts';
import { FAINT_INK, GRID, INK, OUTCOME_COLOUR } from '../palette.ts';
import { Markup } from './markup.ts';

const outcomes = (Object.entries(OUTCOME_COLOUR) as [Outcome, string][])
  .map(
    ([outcome, colour]) =>
      `.badge.${outcome} { background: ${colour}; } .mark.${outcome} { color: ${colour}; }`,
  )
  .join('\n');

/** Light only, like the pictures, which are drawn on white. */
export const style = new Markup(`
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f5f7; color: ${INK};
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 21px; margin: 0; }
h3 { font-size: 16px; margin: 28px 0 6px; }
p { margin: 6px 0; max-width: 92ch; }
a { color: #0057a8; }
nav { margin-top: 10px; }
nav a { margin-right: 16px; }
.faint { color: ${FAINT_INK}; }
.card { background: #fff; border: 1px solid ${GRID}; border-radius: 10px; padding: 22px 24px; margin-top: 20px; }
.headline { display: flex; align-items: center; gap: 14px; flex-wrap: wrap; }
.score { margin-top: 30px; } .score h3 { margin: 0; font-size: 18px; }
.sentence { font-size: 17px; margin-top: 10px; }
.banner { background: #fff3d6; border: 2px solid #7a5c00; border-radius: 8px; padding: 10px 14px; margin-top: 14px;
  font-weight: 600; }
.badge { color: #fff; background: ${FAINT_INK}; border-radius: 6px; padding: 2px 12px; font-weight: 700;
  text-transform: uppercase; letter-spacing: .04em; font-size: 15px; }
.mark { font-weight: 700; }
.mark, .unbroken { white-space: nowrap; }
${outcomes}
.mark.regression { color: ${OUTCOME_COLOUR.fail}; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 12px 0 0; }
dt { color: ${FAINT_INK}; }
dd { margin: 0; }
figure { margin: 18px 0 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 760px; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: ${FAINT_INK}; padding-bottom: 4px; }
th { text-align: left; font-weight: 600; border-bottom: 2px solid ${GRID}; padding: 5px 8px; vertical-align: bottom; }
td { border-bottom: 1px solid ${GRID}; padding: 5px 8px; vertical-align: top; }
th.number, td.number { text-align: right; }
td.number { white-space: nowrap; }
td:first-child, th:first-child { padding-left: 0; }
.advice { display: block; color: ${FAINT_INK}; font-size: 13px; }
details { margin-top: 10px; }
summary { cursor: pointer; }
pre { background: #f4f5f7; border-radius: 6px; padding: 10px 14px; overflow-x: auto; font-size: 13px; }
code { font-size: 13px; }
@media (max-width: 720px) { dl { grid-template-columns: 1fr; } dt { margin-top: 6px; } .card { padding: 16px 14px; } }
@media print { body { background: #fff; } .card { border: 0; padding: 0; } }
`);
