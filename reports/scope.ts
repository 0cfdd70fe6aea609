import { CANDIDATE } from '#contract/names.ts';
import { listed } from './format.ts';
import type { ExperimentView } from './view.ts';

/** What the candidate's passes can't exclude: each sentence once, with the phases that it is about; then a soak's own. */
export function scopesOf({ verdict, plan }: Pick<ExperimentView, 'verdict' | 'plan'>): string[] {
  const own = verdict.objectives.filter(({ variant, scope }) => variant === CANDIDATE && scope !== '');
  const sentences = [...new Set(own.map(({ scope }) => scope))];
  const scopes = sentences.map((sentence) => {
    const phases = own.filter(({ scope }) => scope === sentence).map(({ phase }) => phase);
    return `What passed (${listed([...new Set(phases)])}): ${sentence}`;
  });
  return plan.soak?.covers === undefined ? scopes : [...scopes, `What it covers: ${plan.soak.covers}`];
}
