import type { TrialView } from '#contract/trial-view.ts';
import { clock } from './clock.ts';
import { completed } from './completed.ts';
import { faultBit } from './fault-bit.ts';
import { generator } from './generator.ts';
import { generatorHasRoom } from './generator-has-room.ts';
import { healed } from './healed.ts';
import { baselineLoses, killsHitWork } from './kills.ts';
import { lateness } from './lateness.ts';
import { noEmptyMetric } from './no-empty-metric.ts';
import { samplesEqualTape } from './samples-equal-tape.ts';
import { steadyState } from './steady-state.ts';

/** What one rule saw in one trial. */
export interface Checked {
  held: boolean;
  observed: string;
  /** What to do when it doesn't hold. */
  advice: string;
}

/** A condition without which a trial proves nothing; null where it doesn't apply. */
export type Check = (view: TrialView) => Checked | null;

/** All validity rules, in the order in which they are printed. */
export const checks = {
  completed,
  generator,
  'generator-has-room': generatorHasRoom,
  'samples-equal-tape': samplesEqualTape,
  lateness,
  clock,
  'steady-state': steadyState,
  'fault-bit': faultBit,
  healed,
  'kills-hit-work': killsHitWork,
  'baseline-loses': baselineLoses,
  'no-empty-metric': noEmptyMetric,
} as const satisfies Record<string, Check>;
