import type { InferRequest } from './infer.ts';

/**
 * What a request says of its own urgency, and whose it is; 0 and nothing are the same to Triton, whose names `timeout`
 * and `priority` are.
 */
export function urgencyOf({ parameters }: InferRequest): {
  timeoutMs?: number;
  priority?: number;
  tenant?: string;
} {
  const { timeout, priority, tenant } = parameters ?? {};
  return {
    ...(timeout ? { timeoutMs: timeout / 1000 } : {}),
    ...(priority ? { priority } : {}),
    ...(tenant === undefined ? {} : { tenant }),
  };
}

/** The same as `parameters` of a request that is sent on. */
export function urgencyParameters({ parameters }: InferRequest): NonNullable<InferRequest['parameters']> {
  const { timeout, priority, tenant } = parameters ?? {};
  return {
    ...(timeout ? { timeout } : {}),
    ...(priority ? { priority } : {}),
    ...(tenant === undefined ? {} : { tenant }),
  };
}
