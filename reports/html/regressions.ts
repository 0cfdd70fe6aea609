import { regressionAdvice, regressionGroups, regressionText } from '../regressions.ts';
import type { ExperimentView } from '../view.ts';
import { html, type Markup, mark, table } from './markup.ts';

const NUMBERS = ['Before', 'Now', 'Change', '95 % interval', 'Allowed'];

/** The candidate's metrics against those of a pin or another commit. */
export function regressions(view: ExperimentView): Markup | '' {
  const groups = regressionGroups(view);
  if (groups.length === 0) return '';
  return html`<h3>Regression</h3>
${groups.map(
  ({ against, results }) => html`${table(
    `Against ${against}. A regression is a change whose whole interval lies beyond what is allowed, judged together over all metrics.`,
    ['Metric', ...NUMBERS, 'Outcome'],
    results.map((result) => {
      const text = regressionText(result);
      return [
        text.metric,
        text.before,
        text.now,
        text.effect,
        text.interval,
        text.allowed,
        mark(text.outcome),
      ];
    }),
    NUMBERS,
  )}
${regressionAdvice(results).map((advice) => html`<p class="faint">${advice}</p>`)}`,
)}`;
}
