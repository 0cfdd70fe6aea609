import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS } from '#contract/names.ts';

/** Seconds. Contains the bounds that objectives and bites name (0.1, 0.2, 1.8), so that no quantile is guessed. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 1.8, 2.5, 5, 10];

const ROW_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Counts the inference requests of a service. */
export interface RequestMetrics {
  answered(by: { servedBy: string; version: string }, seconds: number): void;
  failed(status: number): void;
}

/** The only route that is counted, as its service knows it, and how it is asked. */
const INFER = { route: '/v2/models/:name/infer', method: 'POST' };

export function requestMetrics(registry: Registry): RequestMetrics {
  const requests = new Counter({
    name: METRICS.requests,
    help: 'Inference requests by how they ended',
    labelNames: ['route', 'method', 'status', 'served_by', 'model_version'] as const,
    registers: [registry],
  });
  const duration = new Histogram({
    name: METRICS.requestDuration,
    help: 'Seconds from the parsed request to the answer, of those answered 200',
    labelNames: ['route', 'method'] as const,
    buckets: DURATION_BUCKETS,
    registers: [registry],
  }).labels(INFER);
  // Finding a series by its labels costs more than counting in it.
  const known = new Map<string, Counter.Internal>();
  const answers = (servedBy: string, version: string) => {
    const key = `${servedBy} ${version}`;
    const found = known.get(key);
    if (found) return found;
    const series = requests.labels({ ...INFER, status: 200, served_by: servedBy, model_version: version });
    known.set(key, series);
    return series;
  };
  return {
    answered({ servedBy, version }, seconds) {
      answers(servedBy, version).inc();
      duration.observe(seconds);
    },
    failed: (status) => requests.inc({ ...INFER, status, served_by: '', model_version: '' }),
  };
}

export function upstreamMetrics(registry: Registry) {
  return {
    started: new Counter({
      name: METRICS.upstreamStarted,
      help: 'Calls to the model server that were begun',
      registers: [registry],
    }),
    calls: new Counter({
      name: METRICS.upstreamCalls,
      help: 'Calls to the model server by how they ended',
      labelNames: ['outcome'] as const,
      registers: [registry],
    }),
    duration: new Histogram({
      name: METRICS.upstreamCallDuration,
      help: 'Seconds of a call to the model server, waiting for a connection included',
      labelNames: ['outcome'] as const,
      buckets: DURATION_BUCKETS,
      registers: [registry],
    }),
  };
}

export function breakerMetrics(registry: Registry) {
  return {
    state: new Gauge({
      name: METRICS.breakerState,
      help: 'State of the circuit breaker: 0 closed, 1 half-open, 2 open',
      registers: [registry],
    }),
    opened: new Gauge({
      name: METRICS.breakerOpened,
      help: 'Unix time at which the circuit breaker last went from closed to open',
      registers: [registry],
    }),
  };
}

export function cacheMetrics(registry: Registry, rows: () => number) {
  new Gauge({
    name: METRICS.cacheRows,
    help: 'Rows of answers that the prediction cache keeps',
    registers: [registry],
    collect() {
      this.set(rows());
    },
  });
  return {
    lookups: new Counter({
      name: METRICS.cacheLookups,
      help: 'Questions to the prediction cache: known (hit), answered by a call under way (shared), asked (miss)',
      labelNames: ['result'] as const,
      registers: [registry],
    }),
  };
}

/** What each room counts under its name. */
export function patternMetrics(registry: Registry) {
  const named = { labelNames: ['pattern'] as const, registers: [registry] };
  const turnedAway = new Counter({
    name: METRICS.patternTurnedAway,
    help: 'Calls that a pattern did not let through to the model server, or there to a model',
    ...named,
  });
  const inFlight = new Gauge({
    name: METRICS.patternInFlight,
    help: 'Calls that a pattern let through and that have not ended',
    ...named,
  });
  return (pattern: string) => ({
    turnedAway: turnedAway.labels(pattern),
    inFlight: inFlight.labels(pattern),
  });
}

export function modelMetrics(registry: Registry, queueDepth: () => number) {
  return {
    runDuration: new Histogram({
      name: METRICS.modelRunDuration,
      help: 'Seconds of one run of a model',
      labelNames: ['model_version'] as const,
      buckets: DURATION_BUCKETS,
      registers: [registry],
    }),
    runRows: new Histogram({
      name: METRICS.modelRunRows,
      help: 'Rows of one run of a model',
      labelNames: ['model_version'] as const,
      buckets: ROW_BUCKETS,
      registers: [registry],
    }),
    queueDepth: new Gauge({
      name: METRICS.modelQueueDepth,
      help: 'Requests that wait for or are in a run of a model',
      registers: [registry],
      collect() {
        this.set(queueDepth());
      },
    }),
  };
}
