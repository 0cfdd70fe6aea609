// The words that several layers, and the k6 runtime, must spell alike. Imports nothing: scenarios/ takes this file.

/** A label on tape entries; the edges between them are recorded instants, not planned ones. */
export const PHASES = ['warm-up', 'steady', 'fault', 'recovery'] as const;
export type Phase = (typeof PHASES)[number];

/** Which path of the system produced an answer, as the response's `parameters.served_by` declares. */
export const SERVED_BY = ['primary', 'cache', 'fallback', 'degraded'] as const;
export type ServedBy = (typeof SERVED_BY)[number];

/** What the services of a run are: its own processes or containers, or those of a stack that is up. */
export const RUNTIMES = ['processes', 'containers', 'stack'] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

export const PROFILES = ['quick', 'standard', 'full', 'soak'] as const;
export type Profile = (typeof PROFILES)[number];

/** A directed connection between two services, or between the client and a service. */
export const LINKS = [
  'client->gateway',
  'gateway->model-server',
  'gateway->redis',
  'gateway->broker',
  'worker->broker',
  'worker->model-server',
] as const;
export type Link = (typeof LINKS)[number];

export const SERVICES = ['broker', 'redis', 'model-server', 'worker', 'gateway'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The name under which the candidate's results stand, everywhere. */
export const CANDIDATE = 'candidate';
/** The same configuration once more, which shows how much differs by chance. */
export const CANDIDATE_AGAIN = 'candidate-again';

/** Prometheus metric names: base units, `_seconds`, `_total`. */
export const METRICS = {
  requests: 'inference_requests_total',
  requestDuration: 'inference_request_duration_seconds',
  upstreamStarted: 'upstream_calls_started_total',
  upstreamCalls: 'upstream_calls_total',
  upstreamCallDuration: 'upstream_call_duration_seconds',
  breakerState: 'circuit_breaker_state',
  breakerOpened: 'circuit_breaker_opened_timestamp_seconds',
  cacheLookups: 'prediction_cache_lookups_total',
  cacheRows: 'prediction_cache_rows',
  storeStarted: 'prediction_cache_store_calls_started_total',
  storeCalls: 'prediction_cache_store_calls_total',
  storeCallDuration: 'prediction_cache_store_call_duration_seconds',
  patternTurnedAway: 'pattern_turned_away_total',
  patternInFlight: 'pattern_calls_in_flight',
  modelRunDuration: 'model_run_duration_seconds',
  modelRunRows: 'model_run_rows',
  modelQueueDepth: 'model_queue_depth',
  brokerStarted: 'broker_calls_started_total',
  brokerCalls: 'broker_calls_total',
  brokerCallDuration: 'broker_call_duration_seconds',
  jobsWaiting: 'async_jobs_waiting',
  jobResults: 'async_results',
  jobResultIds: 'async_result_ids',
  jobRuns: 'async_job_runs_total',
  jobsRunning: 'async_jobs_running',
  acceleratorSlots: 'model_accelerator_slots',
} as const;

/** How one call from the gateway to a service behind it ended. */
export const CALL_OUTCOMES = ['ok', 'rejected', 'error', 'timeout'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];
