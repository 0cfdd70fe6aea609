import type { LoadRequest } from '#contract/load.ts';
import { FEATURES, INPUT_NAME } from '#sut/protocol/infer.ts';

// What is played: a server that answers 500 requests a second is asked 300 a second, and stops for two seconds.

export const RATE_PER_SECOND = 300;
/**
 * Seconds that are judged. Long enough for the server to stop, to work off what has come meanwhile, and to be well
 * again; so short that far more than 1 % of the requests meet the stall. Its p99 then lies amid them, where responses
 * are a good millisecond apart, and not at their edge, where one request more or less decides.
 */
export const SECONDS = 18;
/** The server answers one request at a time, after this long each. */
export const SERVICE_MS = 2;
export const STALL_MS = 2_000;
/** Milliseconds of judged load before the server is stopped. */
export const STALL_AFTER_MS = 6_000;
/** The objective: 99 % are answered within this. */
export const WITHIN_MS = 200;
export const TARGET = 0.99;
/** Longer than any answer takes, so that nothing is cut off. */
export const CLIENT_TIMEOUT_MS = 3_000;
/** Virtual users of k6's own plays; while all is well about one request waits for its answer at a time. */
export const OWN_VUS = 20;

export const INFER_PATH = '/v2/models/constant/infer';
export const MODEL = { name: 'constant', version: 'constant-1' };
export const ANSWER = [0.91, ...new Array<number>(9).fill(0.01)];

/** What is asked, every time. */
export const REQUEST: LoadRequest = {
  body: JSON.stringify({
    inputs: [{ name: INPUT_NAME, shape: [1, FEATURES], datatype: 'FP32', data: new Array(FEATURES).fill(0) }],
  }),
  label: 0,
  golden: { [MODEL.version]: ANSWER },
};

export interface ServerConfig {
  port: number;
  serviceMs: number;
  stallMs: number;
}

/** Read from the clock by the server itself, in milliseconds since 1970. */
export interface StallStamps {
  stoppedAt: number;
  wentOnAt: number;
}
