import type { PlannedLoad } from './plan.ts';

/** What k6 gets, as `<trial>/load.json`: the only file that the scenario script opens. */
export interface LoadFile {
  /** GET answers `{ "t0": <epoch milliseconds> }` once the harness is ready for the first planned instant. */
  startUrl: string;
  /** POST address of the inference. */
  targetUrl: string;
  /** k6 gives up on an answer here. */
  clientTimeoutMs: number;
  vus: number;
  /** Seconds after which k6 ends whatever is still running. */
  maxDurationSeconds: number;
  /** Absolute tolerance on a probability, per model version. */
  tolerance: Record<string, number>;
  /** Planned milliseconds after t0, ascending. */
  atMs: number[];
  /** Index into `requests`, one per tape entry. */
  request: number[];
  /** Where the requests are jobs: what their client does besides sending. */
  jobs?: PlannedLoad['jobs'];
  /** Milliseconds after t0 at which a client of jobs asks for the last time, however patient it is. */
  lastPollAtMs: number;
  /** Positions on the tape that are sent twice, and those that are sent with `poisonBody`. */
  twice: number[];
  poison: number[];
  /** Well-formed, and yet the model's answer to it is no number. */
  poisonBody: string;
  /** Where the target is somebody's own. */
  target?: TargetLoad;
  /** One JSON text of a `LoadRequest` (of a `TargetRequest`, of a target) per distinct key on the tape; parsed when used, so that loading stays cheap. */
  requests: string[];
}

export interface LoadRequest {
  body: string;
  label: number;
  /** Golden probabilities per model version that the system may declare. */
  golden: Record<string, number[]>;
}

/** What the scenario of a target gets besides, of a server that is somebody's own. */
export interface TargetLoad {
  /** Where a connection really goes, by the `host:port` of the URL: its proxy. */
  hosts: Record<string, string>;
  /** Sent with every request. */
  headers: Record<string, string>;
  /** The same, their values in environment variables: they stand in no file. */
  secrets: Record<string, { variable: string; prefix: string }>;
  /** JSON pointer to the answer in a response. */
  answer: string;
  /** Absolute, on every number of an answer. */
  tolerance: number;
}

/** One of its requests, in the place of a `LoadRequest`. */
export interface TargetRequest {
  /** Text; in base64 where there is a `headerLength`. */
  body: string;
  /** Of a binary inference of the Open Inference Protocol: the bytes that its JSON takes. */
  headerLength?: number;
  /** What the answer must be; absent where nobody says. */
  expected?: unknown;
}

/** A request that was prepared before the load, in any form and of any number of rows, as `scenarios/prepared.ts` plays it. */
export interface PreparedRequest extends LoadRequest {
  /** The file that holds all bodies, and the answers that are right as floats, each from one byte to another. */
  file: string;
  bytes: readonly [from: number, to: number];
  answer: readonly [from: number, to: number];
  headers: Record<string, string>;
  /** JSON of the protocol or with `probabilities` alone; bytes after a JSON header, or bytes alone. */
  answersIn: 'json' | 'bytes';
  /** Absolute, on a probability. */
  tolerance: number;
}
