import pc from 'picocolors';
import { CANDIDATE } from '#contract/names.ts';
import { alertLines, scaleText } from '../alert-words.ts';
import { budgetColumns, budgetRows, spentText } from '../budget-words.ts';
import type { ExperimentView } from '../view.ts';
import { type Cell, columnsThatFit, wrapped } from './layout.ts';
import { faint, outcomeCell, plain } from './paint.ts';

/** What each phase spent of the candidate's error budgets. */
export function budgets(view: ExperimentView): string[] {
  const columns = budgetColumns(view);
  const rows = budgetRows(view, CANDIDATE).map(([objective, own]) => [
    plain(objective),
    ...columns.map(({ of }): Cell => {
      const budget = of(own);
      if (!budget) return plain('');
      const overspent = budget.judged && budget.misses > budget.allowed;
      return overspent ? outcomeCell(spentText(budget), 'fail') : plain(spentText(budget));
    }),
  ]);
  if (rows.length === 0) return [];
  const head = ['error budget spent in', ...columns.map(({ head }) => head)].map(faint);
  return columnsThatFit([head, ...rows], 2);
}

/** Which burn-rate alert would have seen which fault. */
export function alerts(view: ExperimentView): string[] {
  const lines = alertLines(view);
  const [any] = view.verdict.alerts;
  if (!any || lines.length === 0) return [];
  return [
    pc.dim(`  burn-rate alerts, ${scaleText(any.scale)}`),
    ...lines.flatMap((line) => wrapped(line, 6, 4)),
  ];
}
