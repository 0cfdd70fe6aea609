import type { Experiment } from './experiment.ts';

/** Checks the types of an experiment's file and keeps its literal types. */
export function defineExperiment<const E extends Experiment>(experiment: E): E {
  return experiment;
}
