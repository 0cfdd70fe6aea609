import { fingerprintOf, fingerprintText } from '#contract/fingerprint.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { plain } from '#reports/markdown/text.ts';

/** Where, when and by which command a generated part was measured. */
export async function partHead(argv: readonly string[]): Promise<string> {
  const machine = fingerprintText(fingerprintOf(await describeMachine(false)));
  const command = ['npm run bench --', ...argv.slice(2)].join(' ');
  return `Measured on ${new Date().toISOString().slice(0, 10)} by \`${command}\`, on ${plain(machine)}.`;
}
