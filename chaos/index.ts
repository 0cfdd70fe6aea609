import type { Fault } from '#contract/fault.ts';
import { down } from './down.ts';
import { duplicate } from './duplicate.ts';
import { flaky } from './flaky.ts';
import { kill } from './kill.ts';
import { latency } from './latency.ts';
import { none } from './none.ts';
import { overload } from './overload.ts';
import { pause } from './pause.ts';
import { poison } from './poison.ts';
import { reset } from './reset.ts';
import { slotLoss } from './slot-loss.ts';
import { swapModel } from './swap-model.ts';
import { timeout } from './timeout.ts';

/** All faults by name. `none` is the control. */
export const faults = {
  none,
  latency,
  timeout,
  reset,
  down,
  pause,
  kill,
  flaky,
  overload,
  'swap-model': swapModel,
  poison,
  duplicate,
  'slot-loss': slotLoss,
} as const satisfies Record<string, Fault>;
