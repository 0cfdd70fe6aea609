import type { Plan } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import type { Verdict } from '#contract/verdict.ts';

export interface ReportInput {
  plan: Plan;
  record: RunRecord;
  /** By `<experiment>/<trial>`. */
  samples: ReadonlyMap<string, Samples>;
  verdict: Verdict;
  /** Where the files will lie; only to be named. */
  runFolder: string;
}

export interface Rendered {
  /** File name → content, to be written into the run folder. */
  files: Record<string, string>;
  /** For the terminal. */
  text?: string;
}

/** Renders a run; writes nothing, reads nothing, knows no clock. */
export type Reporter = (input: ReportInput) => Rendered;
