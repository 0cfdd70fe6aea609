import { faults } from '#chaos/index.ts';
import type { Fault } from '#contract/fault.ts';
import { experiments, headline } from '#experiments/index.ts';
import { type Scenario, scenarios } from '#scenarios/catalog.ts';
import { metrics } from '#slo/metrics.ts';
import { isModelVersion, models, modelVersions } from '#sut/models/catalog.ts';
import { FALLBACK_VERSIONS } from '#sut/models/linear.ts';
import { patternProblems } from '#sut/patterns/hosted.ts';
import { patterns } from '#sut/patterns/index.ts';
import { topology } from '#sut/topology.ts';

/** The members of the house, as the composition root hands them on. */
export const maps = {
  experiments,
  headline: headline as readonly string[],
  faults: faults as Record<string, Fault>,
  scenarios: scenarios as Record<string, Scenario>,
  metrics,
  patterns,
  patternProblems,
  topology,
  models,
  modelVersions,
  isModelVersion,
  fallbackVersions: FALLBACK_VERSIONS as readonly string[],
};
export type Maps = typeof maps;
