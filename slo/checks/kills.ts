import { CANDIDATE } from '#contract/names.ts';
import { jobsLost } from '../jobs.ts';
import { countedKills } from '../kills.ts';
import type { Check } from './index.ts';

/** In a soak, so many kills of each service hit one that had a job in hand. */
export const killsHitWork: Check = (view) => {
  const { soak } = view.experiment;
  if (!soak || view.facts.t0 === null || view.facts.variant !== CANDIDATE) return null;
  const counts = soak.kills.map((service) => ({ service, count: countedKills(view, service).length }));
  return {
    held: counts.every(({ count }) => count >= soak.counted),
    observed: counts.map(({ service, count }) => `${count} of ${service}`).join(', '),
    advice: `A kill of an idle process proves nothing, and ${soak.counted} of each must hit a job in hand: raise the --rate.`,
  };
};

/** In a soak, the baseline lost something on the same tape: else nothing could be lost there. */
export const baselineLoses: Check = (view) => {
  const { soak } = view.experiment;
  if (!soak || view.facts.t0 === null || view.facts.variant !== soak.losesWith) return null;
  const lost = jobsLost(view);
  return {
    held: lost !== null && lost > 0,
    observed: lost === null ? 'it accepted no job' : `${lost} of its jobs were lost`,
    advice: 'Where the usual sample loses nothing, that nothing is lost shows nothing: play more kills.',
  };
};
