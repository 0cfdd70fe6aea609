import type { Effects } from '#contract/effects.ts';
import type { Phase } from '#contract/names.ts';
import type { PlannedExperiment, PlannedTrial, Tape } from '#contract/plan.ts';
import type { TrialFacts } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import type { Span } from '#contract/trial-view.ts';

/** What a trial needs besides the effects; the composition root provides it. */
export interface TrialHooks {
  signal: AbortSignal;
  /** Goodput of correct answers among the entries planned in a window of the tape; null when it has none. */
  goodput(played: { tape: Tape; samples: Samples }, span: Span, deadlineMs: number): number | null;
  onProgress(progress: TrialProgress): void;
  /** Called with the facts so far at every step of the trial, so that whatever ends the harness leaves them. */
  keep(facts: TrialFacts): Promise<void>;
  /** Rejects when nothing can be kept any more: k6 and the services, which write there too, may not say so. */
  canKeep(): Promise<void>;
}

export interface TrialProgress {
  experiment: PlannedExperiment;
  trial: PlannedTrial;
  tape: Tape;
  stage: 'starting' | 'playing' | 'stopping';
  phase: Phase | null;
  elapsedMs: number;
  activeFault: string | null;
  samples: Samples;
  services: TrialFacts['services'];
}

export interface PlayedTrial {
  facts: TrialFacts;
  samples: Samples;
}

/** A trial under way: what is planned, what it is done with, and what was found so far. */
export interface Walk {
  experiment: PlannedExperiment;
  trial: PlannedTrial;
  tape: Tape;
  effects: Effects;
  hooks: TrialHooks;
  facts: TrialFacts;
  samples: Samples;
}
