import type { Fault } from '#contract/fault.ts';
import { latency } from './latency.ts';
import { none } from './none.ts';

/** All faults by name. `none` is the control. */
export const faults = { none, latency } as const satisfies Record<string, Fault>;
