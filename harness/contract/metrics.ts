import type { ServiceName } from './names.ts';

// Every metric that services and harness publish: its name stands here and nowhere else. Names follow Prometheus'
// habits: base units, `_seconds`, `_total`.

export type MetricKind = 'counter' | 'gauge' | 'histogram';
/** Who publishes a metric; the harness does with --metrics-port. */
export type Publisher = ServiceName | 'harness';

export interface Metric {
  name: string;
  kind: MetricKind;
  /** Besides a histogram's `le`. */
  labels: readonly string[];
  by: readonly Publisher[];
}

/**
 * Seconds of the histograms' buckets. They contain every bound that objectives and bites name, so that what is counted
 * below it is counted and not guessed.
 */
export const DURATION_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.8, 2.5, 5, 10,
];
/** Seconds of lateness; at 0.02 a trial becomes invalid. */
export const LATENESS_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5];
/** Rows of a run. */
export const ROW_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

const INFERENCE: readonly Publisher[] = ['gateway', 'model-server'];
const CALLERS: readonly Publisher[] = ['gateway', 'worker'];
const GATEWAY: readonly Publisher[] = ['gateway'];
const MODEL_SERVER: readonly Publisher[] = ['model-server'];
const WORKER: readonly Publisher[] = ['worker'];
const HARNESS: readonly Publisher[] = ['harness'];

const counter = (name: string, by: readonly Publisher[], ...labels: string[]): Metric => ({
  name,
  kind: 'counter',
  labels,
  by,
});
const gauge = (name: string, by: readonly Publisher[], ...labels: string[]): Metric => ({
  name,
  kind: 'gauge',
  labels,
  by,
});
const histogram = (name: string, by: readonly Publisher[], ...labels: string[]): Metric => ({
  name,
  kind: 'histogram',
  labels,
  by,
});

export const metrics = {
  requests: counter(
    'inference_requests_total',
    INFERENCE,
    'route',
    'method',
    'status',
    'served_by',
    'model_version',
  ),
  requestDuration: histogram('inference_request_duration_seconds', INFERENCE, 'route', 'method'),
  upstreamStarted: counter('upstream_calls_started_total', CALLERS),
  upstreamCalls: counter('upstream_calls_total', CALLERS, 'outcome'),
  upstreamCallDuration: histogram('upstream_call_duration_seconds', CALLERS, 'outcome'),
  breakerState: gauge('circuit_breaker_state', GATEWAY),
  breakerOpened: gauge('circuit_breaker_opened_timestamp_seconds', GATEWAY),
  cacheLookups: counter('prediction_cache_lookups_total', GATEWAY, 'result'),
  cacheRows: gauge('prediction_cache_rows', GATEWAY),
  storeStarted: counter('prediction_cache_store_calls_started_total', GATEWAY),
  storeCalls: counter('prediction_cache_store_calls_total', GATEWAY, 'outcome'),
  storeCallDuration: histogram('prediction_cache_store_call_duration_seconds', GATEWAY, 'outcome'),
  patternTurnedAway: counter('pattern_turned_away_total', INFERENCE, 'pattern'),
  patternInFlight: gauge('pattern_calls_in_flight', INFERENCE, 'pattern'),
  modelRunDuration: histogram('model_run_duration_seconds', MODEL_SERVER, 'model_version'),
  modelRunRows: histogram('model_run_rows', MODEL_SERVER, 'model_version'),
  modelQueueDepth: gauge('model_queue_depth', MODEL_SERVER),
  acceleratorSlots: gauge('model_accelerator_slots', MODEL_SERVER),
  brokerStarted: counter('broker_calls_started_total', CALLERS),
  brokerCalls: counter('broker_calls_total', CALLERS, 'outcome'),
  brokerCallDuration: histogram('broker_call_duration_seconds', CALLERS, 'outcome'),
  jobsAccepted: gauge('async_jobs_accepted', GATEWAY),
  jobsWaiting: gauge('async_jobs_waiting', GATEWAY),
  deadLetters: gauge('async_dead_letters', GATEWAY),
  jobResults: gauge('async_results', GATEWAY),
  jobResultIds: gauge('async_result_ids', GATEWAY),
  jobRuns: counter('async_job_runs_total', WORKER, 'outcome'),
  jobsRunning: gauge('async_jobs_running', WORKER),
  faultActive: gauge('chaos_fault_active', HARNESS, 'fault'),
  phaseInfo: gauge('chaos_phase_info', HARNESS, 'phase'),
  verdict: gauge('slo_verdict', HARNESS, 'experiment'),
  generatorPlanned: counter('load_generator_planned_requests_total', HARNESS),
  generatorRequests: counter('load_generator_requests_total', HARNESS, 'outcome'),
  generatorLateness: histogram('load_generator_lateness_seconds', HARNESS),
  generatorResponseTime: histogram('load_generator_response_seconds', HARNESS),
} as const satisfies Record<string, Metric>;

/** The names alone. */
export const METRICS = Object.fromEntries(
  Object.entries(metrics).map(([key, { name }]) => [key, name]),
) as Record<keyof typeof metrics, string>;
