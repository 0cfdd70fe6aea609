import { EXIT, type ExitCode } from './exit-codes.ts';

/** Every known way to fail, with the exit code that it speaks. Anything else is a bug and exits 70. */
export const ERRORS = {
  usage: EXIT.usage,
  'tool-missing': EXIT.usage,
  'no-free-port': EXIT.internal,
  'run-folder': EXIT.internal,
  'cache-folder': EXIT.internal,
  'damaged-run': EXIT.usage,
  'run-active': EXIT.usage,
  'run-left-something': EXIT.usage,
  'service-died': EXIT.undecided,
  'tool-died': EXIT.undecided,
  'no-steady-state': EXIT.noSteadyState,
  'heal-failed': EXIT.healFailed,
  interrupted: EXIT.interrupted,
  terminated: EXIT.terminated,
  internal: EXIT.internal,
} as const satisfies Record<string, ExitCode>;
export type ErrorCode = keyof typeof ERRORS;

/** A failure that is explained to the user in its message alone; no stack trace is shown. */
export class GauntletError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'GauntletError';
    this.code = code;
  }
}

export function usageError(message: string): GauntletError {
  return new GauntletError('usage', message);
}

/** The sentence for a name that isn't known: what is wrong, where, and what would be right. */
export function unknownName(what: string, name: string, valid: readonly string[], where?: string): string {
  const place = where ? ` in ${where}` : '';
  return `Unknown ${what} '${name}'${place}; known: ${valid.join(', ')}.`;
}
