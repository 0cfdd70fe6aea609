import type { Board } from './board.ts';
import { asyncJobs } from './boards/async.ts';
import { batchInference } from './boards/batch-inference.ts';
import { chaosTimeline } from './boards/chaos-timeline.ts';
import { circuitBreaker } from './boards/circuit-breaker.ts';
import { generator } from './boards/generator.ts';
import { overview } from './boards/overview.ts';
import { predictionCache } from './boards/prediction-cache.ts';

/** All boards, by the name of their file. */
export const boards = {
  overview,
  'circuit-breaker': circuitBreaker,
  'prediction-cache': predictionCache,
  'batch-inference': batchInference,
  async: asyncJobs,
  'chaos-timeline': chaosTimeline,
  generator,
} as const satisfies Record<string, Board>;
