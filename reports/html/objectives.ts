import type { Objective } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { ObjectiveResult } from '#contract/verdict.ts';
import { count, exactPercent, exactSeconds, intervalText, milliseconds, percentAgainst } from '../format.ts';
import { type ExperimentView, variantNames } from '../view.ts';
import { html, type Markup, mark, table } from './markup.ts';

/** The candidate's objectives in full: the verdict rests on them. */
export function candidateObjectives({ verdict, plan }: ExperimentView): Markup {
  const own = verdict.objectives.filter(({ variant }) => variant === CANDIDATE);
  if (own.length === 0) return html`<p class="faint">None was judged.</p>`;
  return table(
    'The verdict rests on these.',
    ['Objective', 'Phase', 'Good / total', 'Share', 'Target', '95 % interval', 'Outcome'],
    own.map((result) => [
      html`${result.name}<span class="advice">${meaning(plan.objectives, result.name, plan.load.deadlineMs)}</span>`,
      result.phase,
      `${count(result.good)} / ${count(result.total)}`,
      percentAgainst(result.ratio, result.target),
      `≥ ${exactPercent(result.target)}`,
      intervalText(result.interval),
      html`${mark(result.outcome)}${result.advice ? html`<span class="advice">${result.advice}</span>` : ''}`,
    ]),
    ['Good / total', 'Share', 'Target', '95 % interval'],
    'cards',
  );
}

/** Every variant beside the candidate; only the candidate's column counts. */
export function objectivesSideBySide(view: ExperimentView): Markup | '' {
  const variants = variantNames(view);
  const { objectives } = view.verdict;
  if (variants.length < 2 || objectives.length === 0) return '';
  const names = [...new Set(objectives.map(({ name }) => name))];
  const cell = (result: ObjectiveResult | undefined) =>
    result ? html`${percentAgainst(result.ratio, result.target)} ${mark(result.outcome)}` : '';
  return html`<h3>Beside the baselines</h3>
${table(
  'The same load and faults, played on the same system without the pattern or with a simpler form of it. Not counted.',
  ['Objective', 'Target', ...variants],
  names.map((name) => {
    const of = (variant: string) =>
      objectives.find((result) => result.name === name && result.variant === variant);
    const target = objectives.find((result) => result.name === name)?.target ?? 0;
    return [name, `≥ ${exactPercent(target)}`, ...variants.map((variant) => cell(of(variant)))];
  }),
  ['Target', ...variants],
)}`;
}

/** What the objective counts, from the plan. */
function meaning(objectives: readonly Objective[], name: string, deadlineMs: number): string {
  const objective = objectives.find((planned) => planned.name === name);
  if (!objective) return '';
  switch (objective.indicator) {
    case 'availability':
      return `answered 200 within ${milliseconds(deadlineMs)}`;
    case 'latency':
      return `answered 200 within ${milliseconds(objective.withinMs)}`;
    case 'fidelity':
      return "answers equal to the model's own, of those answered 200";
    case 'goodput':
      return `answered within ${milliseconds(deadlineMs)}, faithful and the right class`;
    case 'acknowledgement':
      return `jobs accepted within ${milliseconds(objective.withinMs)} of service time, of those accepted`;
    case 'accounted':
      return `jobs ended within ${milliseconds(deadlineMs)} with the model's own answer and one effect, of those accepted`;
    case 'kills':
      return `kills of ${objective.service} with a job in hand after which every job was accounted for`;
    case 'recovery':
      return `faults after which the system was well again within ${exactSeconds(objective.withinSeconds)}`;
  }
}
