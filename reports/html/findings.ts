import type { Figures } from '#contract/figures.ts';
import { CANDIDATE } from '#contract/names.ts';
import { backlogTexts } from '../fault-words.ts';
import { figuresIn, type PhaseFigures } from '../figures.ts';
import { count, exactSeconds, milliseconds, percent, plural, seconds } from '../format.ts';
import type { ExperimentView } from '../view.ts';
import { CLAIM_KIND, claimsJudged, claimText } from '../words.ts';
import { html, type Markup, mark, table, unbroken } from './markup.ts';

/** Claims, judged over pairs or only observed. */
export function claims({ verdict }: ExperimentView): Markup | '' {
  if (verdict.claims.length === 0) return '';
  return html`<h3>Claims</h3>
${table(
  `The claims were ${claimsJudged(verdict.claims)}.`,
  ['Claim', 'Metric', 'Candidate', 'Baseline', 'Effect', 'Wanted'],
  verdict.claims.map((result) => {
    const text = claimText(result);
    return [
      html`${unbroken(result.name)}<span class="advice">${CLAIM_KIND[result.kind]}</span>`,
      html`${text.metric}${text.keys && html`<span class="advice">${text.keys}</span>`}`,
      text.candidate,
      html`${text.baseline}<span class="advice">${result.against}</span>`,
      html`${text.effect}${result.interval && html`<span class="advice">${text.interval}</span>`}`,
      html`${text.wanted}<span class="advice">${unbroken(text.judged)} ${result.advice}</span>`,
    ];
  }),
  ['Candidate', 'Baseline', 'Effect'],
  'cards',
)}`;
}

/** Whether each fault took effect, how soon it showed, and how the system came back. */
export function faults({ verdict }: ExperimentView): Markup | '' {
  if (verdict.faults.length === 0) return '';
  return html`<h3>Faults</h3>
${table(
  'Noticed: from the inject to the first answer that does not come from the model. Well again: from the heal to the first of three healthy seconds.',
  ['Fault', 'Variant', 'It bit', 'Seen in the system', 'Noticed after', 'Well again after', 'State'],
  verdict.faults.map(({ name, variant, bite, recovery }) => [
    name,
    variant,
    bite.held ? 'yes' : html`<strong>no</strong>`,
    bite.observed,
    seconds(recovery.detectSeconds),
    seconds(recovery.recoverSeconds),
    recovery.state,
  ]),
  ['Noticed after', 'Well again after'],
  'cards',
)}${backlogTexts(verdict.faults).map((text) => html`<p class="faint">${text}</p>`)}`;
}

/** Each trial, phase by phase. */
export function phases(view: ExperimentView): Markup | '' {
  const { trials } = view;
  if (trials.length === 0) return '';
  const { phases: all, wrong } = figuresIn(view);
  const rows = all.map((figures) => {
    const length = exactSeconds(Number(figures.seconds.toFixed(1)));
    return [figures.trial, unbroken(`${figures.phase}, ${length}`), ...phaseCells(figures)];
  });
  const numbers = [
    'Planned',
    'Correct in time',
    'Wrong',
    'Late',
    'Refused',
    'Failed',
    'Never sent',
    'p50',
    'p95',
    'p99',
  ];
  return html`<h3>Trials</h3>
<details><summary>${plural(trials.length, 'trial')}, phase by phase</summary>
${table(
  `Response times of all requests that were sent, those that the client gave up on with the time until then.`,
  ['Trial', 'Phase', ...numbers],
  rows,
  numbers,
)}
</details>
<p class="faint">${wrongText(wrong)}</p>`;
}

function phaseCells(figures: PhaseFigures): string[] {
  const { planned, fates, goodput, p50Ms, p95Ms, p99Ms } = figures;
  return [
    count(planned),
    percent(goodput),
    ...(['wrong', 'late', 'refused', 'failed', 'unsent'] as const).map((fate) => count(fates[fate] ?? 0)),
    ...[p50Ms, p95Ms, p99Ms].map(milliseconds),
  ];
}

function wrongText({ answers: wrong, unfaithful }: Figures['wrong']): string {
  if (wrong === 0) return 'No answer was wrong.';
  if (unfaithful === 0)
    return `Of ${plural(wrong, 'wrong answer')} every one is the model's own mistake: it equals the model's golden answer, which names another class.`;
  return `Of ${plural(wrong, 'wrong answer')} ${count(unfaithful)} ${unfaithful === 1 ? 'differs' : 'differ'} from the model's golden answer; the others are the model's own mistakes.`;
}

/** The rules that make a trial count; folded away while all hold. */
export function validity({ verdict }: ExperimentView): Markup {
  const broken = verdict.validity.filter(({ held }) => !held);
  const held = verdict.validity.length - broken.length;
  const all = table(
    'A trial that breaks one proves nothing.',
    ['Rule', 'Trial', 'Held', 'Observed'],
    verdict.validity.map((rule) => [
      rule.rule,
      rule.trial,
      rule.held ? 'yes' : html`<strong>no</strong>`,
      rule.observed,
    ]),
  );
  return html`<h3>Validity</h3>
${
  broken.length > 0 &&
  table(
    'Broken rules, and what to do.',
    ['Rule', 'Trial', 'Observed', 'What to do'],
    broken.map(({ rule, trial, variant, observed, advice }) => [
      html`${mark('invalid')} ${rule}`,
      variant === CANDIDATE ? trial : `${trial} (a baseline, not counted)`,
      observed,
      advice,
    ]),
    [],
    'cards',
  )
}
<details><summary>${count(held)} of ${plural(verdict.validity.length, 'validity check')} held</summary>${all}</details>`;
}
