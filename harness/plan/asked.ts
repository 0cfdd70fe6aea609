import { GauntletError } from '#contract/errors.ts';
import type { Claim, Experiment } from '#contract/experiment.ts';
import { CANDIDATE_AGAIN } from '#contract/names.ts';
import type { Variant } from '#contract/topology.ts';
import { HEADLINE_ROUNDS } from './cells.ts';
import { chosenFault, playsFaults } from './faults.ts';
import { rateOf } from './rates.ts';
import type { PlanRequest } from './request.ts';
import { isSoak, soakOf } from './soak.ts';

export function roundsOf(experiment: Experiment, request: PlanRequest): number {
  const { command, profile, pairs } = request;
  if (pairs !== undefined) return pairs;
  const quick = command === 'loadtest' ? experiment.load.loadtest.trials : 1;
  if (profile === 'quick') return quick;
  if (isSoak(request)) return 1;
  const known = command === 'compare' ? ['quick', 'standard', 'full'] : ['quick', 'standard'];
  if (known.includes(profile)) return Math.max(HEADLINE_ROUNDS, quick);
  throw new GauntletError(
    'not-playable',
    `Profile '${profile}' can't be played by ${command}; it can play: ${known.join(', ')}.`,
  );
}

/** Those that the claims are against; where nothing is claimed, all. */
export function baselinesOf(experiment: Experiment, request: PlanRequest): Record<string, Variant> {
  const { name, candidate, baselines } = experiment;
  const { command, against } = request;
  if (against) return { [against.system.variant]: candidate };
  if (command === 'calibrate') return { [CANDIDATE_AGAIN]: candidate };
  if (command === 'loadtest') return {};
  if (command === 'compare' && Object.keys(baselines).length === 0)
    throw new GauntletError(
      'not-playable',
      `'${name}' has no baselines, so there is nothing to compare it with.`,
    );
  if (isSoak(request)) {
    const { losesWith } = soakOf(experiment);
    return { [losesWith]: baselines[losesWith]! };
  }
  const claims = claimsOfFault(experiment, request);
  if (claims.length === 0) return baselines;
  return Object.fromEntries(
    Object.entries(baselines).filter(([base]) => claims.some(({ against }) => against === base)),
  );
}

export function claimsOf(experiment: Experiment, request: PlanRequest, pairs: number): Claim[] {
  const { command, against } = request;
  if (against) {
    const hasFault = playsFaults(experiment, request);
    return against.claims(experiment.name, rateOf(experiment, request), hasFault, pairs);
  }
  return command === 'loadtest' || command === 'calibrate' || isSoak(request)
    ? []
    : claimsOfFault(experiment, request);
}

/** What is claimed with the fault that is played. */
function claimsOfFault(experiment: Experiment, request: PlanRequest): Claim[] {
  const fault = playsFaults(experiment, request) ? chosenFault(experiment, request)[0] : undefined;
  return experiment.claims.filter((claim) => !claim.in || (fault !== undefined && claim.in.includes(fault)));
}
