import type { Budget } from '#contract/budget.ts';
import { PHASES } from '#contract/names.ts';
import { count, NOTHING, plural, threeDigits } from './format.ts';
import type { ExperimentView } from './view.ts';

/** A phase that budgets are told of, as the head of a column. */
export interface BudgetColumn {
  head: string;
  of(budgets: readonly Budget[]): Budget | undefined;
}

/** The phases that took place, in their order. */
export function budgetColumns({ verdict }: ExperimentView): BudgetColumn[] {
  return PHASES.flatMap((phase) => {
    const one = verdict.budgets.find((budget) => budget.phase === phase);
    if (!one) return [];
    const head = one.fault === null ? phase : `${phase} ${one.fault}`;
    return [{ head, of: (budgets) => budgets.find((budget) => budget.phase === phase) }];
  });
}

/** Rows of a table of budgets: one an objective of a variant, with that objective's budgets phase by phase. */
export function budgetRows({ verdict }: ExperimentView, variant: string): [string, Budget[]][] {
  const own = verdict.budgets.filter((budget) => budget.variant === variant);
  const objectives = [...new Set(own.map(({ objective }) => objective))];
  return objectives.map((name) => [name, own.filter(({ objective }) => objective === name)]);
}

/** How much of a budget is gone: 100 % is all of it. */
export function spentText({ spent, total, misses }: Budget): string {
  if (spent !== null) return shareText(spent);
  if (total === 0) return NOTHING;
  return misses === 0 ? 'no miss' : plural(misses, 'miss', 'misses');
}

/** A share that may be far above all. */
function shareText(share: number): string {
  return `${threeDigits(share * 100)} %`;
}

/** The numbers behind it, a line each: misses and what was allowed, when, and what it is of all phases' budget. */
export function ledgerLines({ total, misses, allowed, spentOfAll, missSeconds, worst }: Budget): string[] {
  if (total === 0) return ['nothing counted'];
  if (spentOfAll === null) return ['none allowed'];
  const numbers = `${count(misses)} of ${threeDigits(allowed)} allowed`;
  if (!worst) return [numbers];
  const when =
    missSeconds === 1
      ? `in second ${worst.second}`
      : `in ${count(missSeconds)} s, most in second ${worst.second}`;
  return [numbers, when, `${shareText(spentOfAll)} of all phases'`];
}
