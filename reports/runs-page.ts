import { EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { ExperimentVerdict, Verdict } from '#contract/verdict.ts';
import { milliseconds, NOTHING, percent, plural } from './format.ts';
import { document } from './html/document.ts';
import { badge, html, type Markup, table, unbroken } from './html/markup.ts';

/** A run as its folder tells. */
export interface FoundRun {
  id: string;
  /** Null where it has none, or none that is whole. */
  verdict: Verdict | null;
  hasReport: boolean;
}

/** The page over a folder of runs; links work from that folder. */
export function runsPage(newestFirst: readonly FoundRun[], left: number): string {
  const body = html`<header><h1>Gauntlet runs</h1>
<p class="faint">${plural(newestFirst.length, 'run')}, the newest first${left > 0 && `; ${plural(left, 'older one')} not listed`}. Made anew after each run, and by <code>npm run report</code>.</p></header>
<section class="card"><h2>Runs</h2>
${
  newestFirst.length === 0
    ? html`<p class="faint">There is none.</p>`
    : table('Headline figures are of the candidate.', HEAD, newestFirst.flatMap(rowsOf), NUMBERS, 'cards')
}</section>`;
  return document('Gauntlet runs', body);
}

const NUMBERS = ['Goodput', 'p99, steady', 'Objectives kept'];
const HEAD = ['Run', 'Verdict', 'Experiment', 'Outcome', ...NUMBERS, 'Files'];

function rowsOf({ id, verdict, hasReport }: FoundRun): (string | Markup)[][] {
  const folder = `${encodeURIComponent(id)}/`;
  const run = hasReport ? html`<a class="unbroken" href="${folder}report.html">${id}</a>` : unbroken(id);
  const files = html`<a href="${folder}" aria-label="Folder of ${id}">folder</a>${hasReport && html`, <a href="${folder}verdict.json" aria-label="verdict.json of ${id}">verdict.json</a>`}`;
  if (verdict === null)
    return [
      [
        run,
        html`<span class="faint">none that can be read: under way, broken off, or of another version</span>`,
        '',
        '',
        '',
        '',
        '',
        files,
      ],
    ];
  const meaning = EXIT_MEANING[verdict.exitCode as ExitCode] ?? 'unknown';
  const first = [
    run,
    html`${badge(verdict.outcome)}<span class="advice">exit ${verdict.exitCode}: ${meaning}</span>`,
  ];
  if (verdict.experiments.length === 0) return [[...first, '', '', '', '', '', files]];
  return verdict.experiments.map((experiment, i) => [
    ...(i === 0 ? first : [html`<span class="faint unbroken">${id}</span>`, '']),
    html`${hasReport ? html`<a href="${folder}report.html#${encodeURIComponent(experiment.name)}">${experiment.name}</a>` : experiment.name}${experiment.simulation !== undefined && html`<span class="advice">${experiment.simulation}</span>`}`,
    html`<span class="mark ${experiment.outcome}">${experiment.outcome}</span>`,
    ...headline(experiment),
    i === 0 ? files : '',
  ]);
}

/** Goodput where it matters, the steady p99, and how many objectives were kept. */
function headline({ figures, objectives }: ExperimentVerdict): (string | Markup)[] {
  const goodput = (phase: string) =>
    figures?.goodput.find((one) => one.variant === CANDIDATE && one.phase === phase)?.share;
  const [phase, share] =
    goodput('fault') === undefined ? ['steady', goodput('steady')] : ['fault', goodput('fault')];
  const steady = figures?.responseTimes.find((one) => one.variant === CANDIDATE && one.phase === 'steady');
  const p99 = steady?.quantiles.find((one) => one.share === 0.99)?.ms ?? null;
  const own = objectives.filter(({ variant }) => variant === CANDIDATE);
  const kept = own.filter(({ outcome }) => outcome === 'pass').length;
  return [
    share === undefined ? NOTHING : html`${percent(share)}<span class="advice">${phase}</span>`,
    milliseconds(p99),
    own.length === 0 ? NOTHING : unbroken(`${kept} of ${own.length}`),
  ];
}
