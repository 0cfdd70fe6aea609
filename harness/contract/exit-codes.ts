/** Exit codes of every command. Of several, the worst speaks; `severity` orders them, highest first. */
export const EXIT = {
  pass: 0,
  fail: 1,
  undecided: 2,
  regression: 3,
  noSteadyState: 4,
  healFailed: 5,
  usage: 64,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANING: Record<ExitCode, string> = {
  0: 'pass',
  1: 'an objective or claim of the candidate failed',
  2: 'inconclusive or invalid',
  3: 'regression against the pin, or against another commit',
  4: 'no steady state, so nothing was injected',
  5: 'heal failed, the system may still be faulted',
  64: 'usage or configuration',
  70: 'internal error',
  130: 'interrupted by Ctrl-C, after healing',
  143: 'terminated, after healing',
};

const SEVERITY: ExitCode[] = [5, 70, 130, 143, 1, 3, 4, 2, 0];

/** The code that speaks for several; usage errors never mix with others, since they end before anything starts. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(64)) return 64;
  return SEVERITY.find((code) => codes.includes(code)) ?? 0;
}
