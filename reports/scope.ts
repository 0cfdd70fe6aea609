import { CANDIDATE } from '#contract/names.ts';
import type { ExperimentVerdict } from '#contract/verdict.ts';
import { listed } from './format.ts';

/** What the candidate's passes can't exclude: each sentence once, with the phases that it is about. */
export function scopesOf({ objectives }: ExperimentVerdict): string[] {
  const own = objectives.filter(({ variant, scope }) => variant === CANDIDATE && scope !== '');
  const sentences = [...new Set(own.map(({ scope }) => scope))];
  return sentences.map((sentence) => {
    const phases = own.filter(({ scope }) => scope === sentence).map(({ phase }) => phase);
    return `What passed (${listed([...new Set(phases)])}): ${sentence}`;
  });
}
