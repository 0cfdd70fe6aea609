import type { LoadFile, LoadRequest, TargetLoad, TargetRequest } from '#contract/load.ts';
import type { PlannedLoad, Tape } from '#contract/plan.ts';
import { tapeEndMs } from './tape.ts';

/** Seconds after the tape's end and the client timeout in which k6 may still finish its iterations. */
const FINISH_SECONDS = 5;
/** Seconds after the tape's end in which a job that is still open is asked for. */
const OPEN_SECONDS = 30;

/** What is asked with a key, and the answers that are right. */
export interface RequestSource {
  requestFor(key: number, tenant?: string): LoadRequest | TargetRequest;
  /** What the model has no answer to. */
  poisonBody: string;
  /** Absolute tolerance on a probability, per model version. */
  tolerance: Record<string, number>;
}

/** The generator's file: the tape, and each key that is on it once for each tenant that asks with it. */
export function buildLoadFile(
  load: PlannedLoad,
  tape: Tape,
  source: RequestSource,
  urls: { startUrl: string; targetUrl: string; target?: TargetLoad | undefined },
): LoadFile {
  const positions = new Map<string | undefined, Map<number, number>>();
  const requests: string[] = [];
  const request = tape.key.map((key, i) => {
    const tenant = tape.tenant?.[i];
    const position = positions.get(tenant) ?? new Map<number, number>();
    positions.set(tenant, position);
    const known = position.get(key);
    if (known !== undefined) return known;
    position.set(key, requests.length);
    return requests.push(JSON.stringify(source.requestFor(key, tenant))) - 1;
  });
  return {
    startUrl: urls.startUrl,
    targetUrl: urls.targetUrl,
    ...(urls.target ? { target: urls.target } : {}),
    clientTimeoutMs: load.clientTimeoutMs,
    // On a short tape each has a request at least.
    vus: Math.max(1, Math.min(load.vus, tape.atMs.length)),
    maxDurationSeconds: Math.ceil((tapeEndMs(tape) + load.clientTimeoutMs) / 1000) + FINISH_SECONDS,
    tolerance: source.tolerance,
    ...(load.jobs ? { jobs: load.jobs } : {}),
    lastPollAtMs: tapeEndMs(tape) + OPEN_SECONDS * 1000,
    twice: tape.marks?.twice ?? [],
    poison: tape.marks?.poison ?? [],
    poisonBody: source.poisonBody,
    atMs: tape.atMs,
    request,
    requests,
  };
}
