import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import { exactPercent } from '#reports/format.ts';
import { deviation } from './arithmetic.ts';
import { ALLOWED, type StallFigures, signed } from './page.ts';

/** Whether the harness told the stall as arithmetic does, as a line and an exit code. */
export function stallOutcome({ gauntlet }: StallFigures): { line: string; exit: ExitCode } {
  const { seen, expected, broken } = gauntlet;
  if (broken.length > 0)
    return { line: `The stall: invalid, and proves nothing: ${broken.join('; ')}`, exit: EXIT.undecided };
  const off = [deviation(seen.p99Ms, expected.p99Ms), deviation(seen.beyond, expected.beyond)] as const;
  const line = `The stall: p99 off by ${signed(off[0])}, late answers by ${signed(off[1])}, ${exactPercent(ALLOWED)} allowed`;
  return { line, exit: off.every((one) => Math.abs(one) <= ALLOWED) ? EXIT.pass : EXIT.fail };
}
