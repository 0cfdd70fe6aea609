/** What k6 gets, as `<trial>/load.json`: the only file that the scenario script opens. */
export interface LoadFile {
  /** GET answers `{ "t0": <epoch milliseconds> }` once the harness is ready for the first planned instant. */
  startUrl: string;
  /** POST address of the inference. */
  targetUrl: string;
  /** k6 gives up on an answer here; bounds the requests in flight. */
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
  /** One JSON text of a `LoadRequest` per distinct key on the tape; parsed when used, so that loading stays cheap. */
  requests: string[];
}

export interface LoadRequest {
  body: string;
  label: number;
  /** Golden probabilities per model version that the system may declare. */
  golden: Record<string, number[]>;
}
