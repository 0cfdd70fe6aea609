import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DURATION_BUCKETS, METRICS, ROW_BUCKETS } from '#contract/metrics.ts';

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
    help: 'Inference requests by how they ended; without those that were taken as jobs (202), with those refused as jobs',
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
  // Finding a series by five labels costs more than counting in it.
  const known = new Map<string, Map<string, Counter.Internal>>();
  const answers = (servedBy: string, version: string) =>
    known.get(servedBy)?.get(version) ?? newSeries(servedBy, version);
  const newSeries = (servedBy: string, version: string) => {
    const series = requests.labels({ ...INFER, status: 200, served_by: servedBy, model_version: version });
    const versions = known.get(servedBy) ?? new Map<string, Counter.Internal>();
    known.set(servedBy, versions.set(version, series));
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

export function brokerMetrics(registry: Registry) {
  return {
    started: new Counter({
      name: METRICS.brokerStarted,
      help: 'Calls to the broker that were begun',
      registers: [registry],
    }),
    calls: new Counter({
      name: METRICS.brokerCalls,
      help: 'Calls to the broker by how they ended',
      labelNames: ['outcome'] as const,
      registers: [registry],
    }),
    duration: new Histogram({
      name: METRICS.brokerCallDuration,
      help: 'Seconds of a call to the broker',
      labelNames: ['outcome'] as const,
      buckets: DURATION_BUCKETS,
      registers: [registry],
    }),
  };
}

export function workerMetrics(registry: Registry) {
  return {
    runs: new Counter({
      name: METRICS.jobRuns,
      help: "Tries of jobs by how they ended; rejected: by the job's own fault",
      labelNames: ['outcome'] as const,
      registers: [registry],
    }),
    running: new Gauge({
      name: METRICS.jobsRunning,
      help: 'Jobs that the worker is at',
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

export function cacheRowsMetric(registry: Registry, rows: () => number) {
  return new Gauge({
    name: METRICS.cacheRows,
    help: 'Rows of answers that the prediction cache keeps in memory',
    registers: [registry],
    collect() {
      this.set(rows());
    },
  });
}

export function cacheLookupsMetric(registry: Registry) {
  return new Counter({
    name: METRICS.cacheLookups,
    help: 'Questions to the prediction cache: known (hit), answered by a call under way (shared), asked of the model (miss), its store failing or late (failed; a miss besides, where the cache fails open)',
    labelNames: ['result'] as const,
    registers: [registry],
  });
}

/** Calls to the store of the prediction cache, where that is another process. */
export function storeMetrics(registry: Registry) {
  return {
    started: new Counter({
      name: METRICS.storeStarted,
      help: "Calls to the prediction cache's store that were begun",
      registers: [registry],
    }),
    calls: new Counter({
      name: METRICS.storeCalls,
      help: "Calls to the prediction cache's store by how they ended",
      labelNames: ['outcome'] as const,
      registers: [registry],
    }),
    duration: new Histogram({
      name: METRICS.storeCallDuration,
      help: "Seconds of a call to the prediction cache's store",
      labelNames: ['outcome'] as const,
      buckets: DURATION_BUCKETS,
      registers: [registry],
    }),
  };
}

/** Of a virtual accelerator. */
export function acceleratorMetrics(registry: Registry, slots: { all: number; lost(): number }): void {
  new Gauge({
    name: METRICS.acceleratorSlots,
    help: 'Slots of the virtual accelerator that are not lost; a simulation',
    registers: [registry],
    collect() {
      this.set(slots.all - slots.lost());
    },
  });
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
  return (pattern: string) => {
    const own = { turnedAway: turnedAway.labels(pattern), inFlight: inFlight.labels(pattern) };
    // Without a series before its first count, Prometheus sees neither the count nor that there was none.
    own.turnedAway.inc(0);
    own.inFlight.set(0);
    return own;
  };
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
