import { EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import type { ReportInput } from '../reporter.ts';
import { scopesOf } from '../scope.ts';
import { sentenceOf } from '../sentence.ts';
import type { ExperimentView } from '../view.ts';
import { disturbedText, ENDED_TEXT, loadFacts, resumedText } from '../words.ts';
import { configuration, files, provenance, terms } from './appendix.ts';
import { alerts, budgets } from './budgets.ts';
import { document } from './document.ts';
import { claims, faults, phases, validity } from './findings.ts';
import { badge, drawing, html, type Markup } from './markup.ts';
import { candidateObjectives, objectivesSideBySide } from './objectives.ts';
import { regressions } from './regressions.ts';
import { responseTimes } from './response-times.ts';
import { type PicturedScore, scoreboard } from './scoreboard.ts';

export interface Told {
  view: ExperimentView;
  /** Draws the timeline so wide; null where no load was ever played. */
  picture: ((width: number) => string) | null;
}

/** The whole report: one file that needs no other. */
export function page(input: ReportInput, told: readonly Told[], scores: readonly PicturedScore[]): string {
  const { record, verdict } = input;
  const title = `${record.command} ${record.runId}: ${verdict.outcome}`;
  const body = html`${header(input, told)}
${scoreboard(scores)}
${told.map((one) => experiment(input, one))}
${provenance(input)}`;
  return document(title, body);
}

function header({ record, verdict }: ReportInput, told: readonly Told[]): Markup {
  const meaning = EXIT_MEANING[verdict.exitCode as ExitCode] ?? 'unknown';
  return html`<header>
<h1>Gauntlet ${record.command} ${badge(verdict.outcome)}</h1>
<div class="faint">Run ${record.runId}, from ${instant(record.startedAt)} to ${instant(record.endedAt)} UTC; exit code ${verdict.exitCode}: ${meaning}</div>
${banner(record.ended)}
${record.resumed && html`<div class="faint">${resumedText(record)}</div>`}
${
  told.length > 1 &&
  html`<nav>${told.map(
    ({ view }) => html`<a href="#${view.plan.name}">${view.plan.name}: ${view.verdict.outcome}</a>`,
  )}</nav>`
}
</header>`;
}

/** To the second, as people write it. */
function instant(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

function banner(ended: ReportInput['record']['ended']): Markup | '' {
  const why = ENDED_TEXT[ended];
  if (why === null) return '';
  return html`<div class="banner" role="alert">${why} What was not played is missing below.</div>`;
}

function experiment(input: ReportInput, { view, picture }: Told): Markup {
  const { plan, verdict } = view;
  return html`<section class="card" id="${plan.name}">
<div class="headline"><h2>${plan.name}</h2>${badge(verdict.outcome)}</div>
<p class="sentence">${sentenceOf(view)}</p>
<h3>What was asked</h3>
<p>${plan.question}</p>
${terms([...loadFacts(plan), ...(view.disturbed.length > 0 ? [['Played again', disturbedText(view.disturbed)] as const] : [])])}
${
  picture === null
    ? html`<p class="faint">No load was played, so there is no picture.</p>`
    : drawing(`${plan.name}: response time and outcome of the planned requests over time`, picture)
}
${responseTimes(view)}
<h3>Objectives of the candidate</h3>
${candidateObjectives(view)}
${scopesOf(view).map((scope) => html`<p class="faint">${scope}</p>`)}
${objectivesSideBySide(view)}
${regressions(view)}
${claims(view)}
${faults(view)}
${budgets(view)}
${alerts(view)}
${validity(view)}
${phases(view)}
${configuration(view)}
${files(view, input, picture !== null)}
</section>
`;
}
