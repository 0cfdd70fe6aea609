import type { InferRequest } from './infer.ts';

/** What a request says of its own urgency; 0 and nothing are the same to Triton, whose names these are. */
export function urgencyOf({ parameters }: InferRequest): { timeoutMs?: number; priority?: number } {
  const { timeout, priority } = parameters ?? {};
  return {
    ...(timeout ? { timeoutMs: timeout / 1000 } : {}),
    ...(priority ? { priority } : {}),
  };
}

/** The same as `parameters` of a request that is sent on. */
export function urgencyParameters({ parameters }: InferRequest): NonNullable<InferRequest['parameters']> {
  const { timeout, priority } = parameters ?? {};
  return { ...(timeout ? { timeout } : {}), ...(priority ? { priority } : {}) };
}
