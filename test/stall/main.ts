// Plays the stall alone and prints its section of the page.
import { EXIT } from '#contract/exit-codes.ts';
import { stallSection } from './section.ts';

const interrupt = new AbortController();
process.on('SIGINT', () => interrupt.abort());
try {
  const { markdown } = await stallSection(interrupt.signal);
  process.stdout.write(`${markdown}\n`);
} catch (error) {
  if (!interrupt.signal.aborted) throw error;
  process.exitCode = EXIT.interrupted;
}
