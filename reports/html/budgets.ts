import { CANDIDATE } from '#contract/names.ts';
import { alertsCaption, NEEDED_HEAD, neededRows, RANG_HEAD, rangRows } from '../alert-words.ts';
import { budgetColumns, budgetRows, ledgerLines, spentText } from '../budget-words.ts';
import { type ExperimentView, variantNames } from '../view.ts';
import { html, type Markup, table } from './markup.ts';

/** What each phase spent of each variant's error budgets. */
export function budgets(view: ExperimentView): Markup | '' {
  if (view.verdict.budgets.length === 0) return '';
  const columns = budgetColumns(view);
  const rows = variantNames(view).flatMap((variant) =>
    budgetRows(view, variant).map(([objective, own]) => [
      variant,
      objective,
      ...columns.map(({ of }) => {
        const budget = of(own);
        if (!budget) return '';
        return html`${budget.judged ? html`<strong>${spentText(budget)}</strong>` : spentText(budget)}${ledgerLines(budget).map((line) => html`<span class="advice">${line}</span>`)}`;
      }),
    ]),
  );
  const heads = columns.map(({ head }) => head);
  return html`<h3>Error budgets</h3>
<details><summary>${summaryOf(view)}</summary>
${table(
  'Misses ÷ misses that the target allows; 100 % is all of it. Bold where the objective is judged; elsewhere, what the phase would have cost it.',
  ['Variant', 'Objective', ...heads],
  rows,
  heads,
)}</details>`;
}

/** What of the candidate's budgets is gone where they are judged. */
function summaryOf(view: ExperimentView): string {
  const judged = view.verdict.budgets.filter(({ variant, judged }) => judged && variant === CANDIDATE);
  const spent = judged.map((budget) => `${budget.objective} ${spentText(budget)}`);
  return spent.length === 0 ? 'What each phase spent' : `Spent by the candidate: ${spent.join(', ')}`;
}

/** Which burn-rate alert would have seen which fault. */
export function alerts(view: ExperimentView): Markup | '' {
  const [any] = view.verdict.alerts;
  if (!any) return '';
  const rows = rangRows(view);
  return html`<h3>Burn-rate alerts</h3>
${
  rows.length === 0
    ? html`<p class="faint">${alertsCaption(any)} None would have rung.</p>`
    : table(alertsCaption(any), RANG_HEAD, rows, ['After the inject', 'Rang'])
}
<details><summary>What each alert needs to ring</summary>${table(
    'From a history without a miss, at the planned rate.',
    NEEDED_HEAD,
    neededRows(any),
  )}</details>`;
}
