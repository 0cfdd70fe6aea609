// The words that several layers, and the k6 runtime, must spell alike. Imports nothing: scenarios/ takes this file.

/** A label on tape entries; the edges between them are recorded instants, not planned ones. */
export const PHASES = ['warm-up', 'steady', 'fault', 'recovery'] as const;
export type Phase = (typeof PHASES)[number];

/** Which path of the system produced an answer, as the response's `parameters.served_by` declares. */
export const SERVED_BY = ['primary', 'cache', 'fallback', 'degraded'] as const;
export type ServedBy = (typeof SERVED_BY)[number];

/** What the services of a run are: its own processes or containers, or those of a stack that is up. */
export const RUNTIMES = ['processes', 'containers', 'stack'] as const;
/** An experiment with a target has no services of ours: that is in the experiment, and no option's to say. */
export type RuntimeName = (typeof RUNTIMES)[number] | 'target';

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
/** The way from the client to a server that is somebody's own, and from that to a dependency of its. */
export type TargetLink = typeof TO_TARGET | `target->${string}`;
export const TO_TARGET = 'client->target';
export type Link = (typeof LINKS)[number] | TargetLink;

export const SERVICES = ['broker', 'redis', 'model-server', 'worker', 'gateway'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The name under which the candidate's results stand, everywhere. */
export const CANDIDATE = 'candidate';
/** The same configuration once more, which shows how much differs by chance. */
export const CANDIDATE_AGAIN = 'candidate-again';

/** How one call from the gateway to a service behind it ended. */
export const CALL_OUTCOMES = ['ok', 'rejected', 'error', 'timeout'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];
