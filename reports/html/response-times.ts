import type { Figures } from '#contract/figures.ts';
import { PHASES } from '#contract/names.ts';
import { percentilesSvg } from '../charts/percentiles.ts';
import { figuresIn } from '../figures.ts';
import { count, milliseconds, plural } from '../format.ts';
import { variantColour } from '../palette.ts';
import { fileSafe } from '../picture.ts';
import { type ExperimentView, variantNames } from '../view.ts';
import { drawing, html, type Markup, table } from './markup.ts';

const SHOWN = [0.5, 0.9, 0.99, 0.999] as const;

/** Each variant's response times over all its trials: a picture of the phases that matter, and all in numbers. */
export function responseTimes(view: ExperimentView): Markup | '' {
  const all = figuresIn(view).responseTimes;
  if (all.length === 0) return '';
  const numbers = ['Sent', ...SHOWN.map((share) => `p${share * 100}`), 'Longest'];
  const drawn = PHASES.filter((phase) => phase === 'steady' || phase === 'fault').filter((phase) =>
    all.some((one) => one.phase === phase),
  );
  return html`<h3>Response times</h3>
${drawn.map((phase) => curves(view, all, phase))}
${table(
  'Of all requests that were sent, over all trials of a variant, to three digits; no percentile that fewer than one request lies above.',
  ['Variant', 'Phase', ...numbers],
  all.map(({ variant, phase, trials, sent, quantiles, longestMs }) => [
    variant,
    trials === 1 ? phase : `${phase}, ${plural(trials, 'trial')}`,
    count(sent),
    ...SHOWN.map((share) => milliseconds(quantiles.find((one) => one.share === share)?.ms ?? null)),
    milliseconds(longestMs),
  ]),
  numbers,
)}`;
}

function curves({ plan }: ExperimentView, all: Figures['responseTimes'], phase: string): Markup {
  const variants = variantNames({ plan });
  const shown = all
    .filter((one) => one.phase === phase)
    .map(({ variant, quantiles }) => ({
      name: variant,
      colour: variantColour(variants.indexOf(variant)),
      points: quantiles,
    }));
  const title = `How long requests took in the ${phase} phase, by percentile`;
  return drawing(`${plan.name}: ${title}`, (width) =>
    percentilesSvg(
      title,
      shown,
      plan.load.deadlineMs,
      `percentiles-${fileSafe(plan.name)}-${phase}-${width}`,
      width,
    ),
  );
}
