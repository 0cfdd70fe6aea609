// Writes a run of so many samples of a simulated system, ten million at most: large-run.ts FOLDER SAMPLES. A process of
// its own, so that what it takes is not counted as the harness's.
import type { Experiment } from '#contract/experiment.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import type { SimulatedSystem } from '../sim/effects.ts';
import { GOOD } from '../sim/effects.ts';
import { saveEvidence, simulateRun } from '../sim/simulated-run.ts';

/** Of two variants over one tape of as many requests each; five million are the most that an experiment may plan. */
const RATE = 5_000 * (Number(process.argv[3]) / 1e7);
const SECONDS = { warmUp: 20, steady: 480, fault: 300, recovery: 200 };

const experiment: Experiment = {
  ...circuitBreaker,
  baselines: { 'no-timeout': circuitBreaker.baselines['no-timeout'] },
  load: { ...circuitBreaker.load, rate: { perSecond: RATE }, seconds: SECONDS },
  claims: circuitBreaker.claims.filter(({ against }) => against === 'no-timeout'),
};

/** Times from a hash of the position, so that they spread as real ones do and are the same in every run. */
const serviceMs = (index: number) => 1 + (Math.imul(index, 2_654_435_761) >>> 20) / 1_000;
const system: SimulatedSystem = {
  answer: (index, _, faulted) => ({
    ...GOOD,
    index,
    serviceMs: serviceMs(index),
    // The model errs now and then, as models do.
    right: index % 47 !== 0,
    ...(faulted ? { servedBy: 'fallback', reason: 'open', version: 'lin-1' } : {}),
  }),
};

const { path } = await saveEvidence(process.argv[2]!, await simulateRun(system, { experiment }));
process.stdout.write(path);
