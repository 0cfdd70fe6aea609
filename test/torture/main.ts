// `npm run torture`: the harness's own chaos. Kills it, and what it uses, at seeded moments, and looks at what is left.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { EXIT } from '#contract/exit-codes.ts';
import { wholeNumber } from '#harness/cli/options.ts';
import { markedProcesses } from '../integration/running.ts';
import { ACCIDENTS, CELLS, type CellResult, playCell } from './cells.ts';
import { whyNoFaultyFolder } from './faulty-folder.ts';
import { type Killed, killOnce } from './kills.ts';
import { consoleText, pageOf } from './page.ts';
import { planMoments } from './phases.ts';

const PAGE = fileURLToPath(new URL('../../docs/torture.md', import.meta.url));

interface Options {
  kills: number;
  seed: number;
  cells: boolean;
  write: boolean;
}

const command = new Command('npm run torture')
  .usage('-- [options]')
  .description(
    'Kills the harness at seeded random moments, and k6, Toxiproxy and the services in each phase, fills its disk and\n' +
      'makes it read-only; every time all must be healed and the outcome named. About 35 minutes.',
  )
  .option('--kills <n>', 'SIGKILLs of the harness', wholeNumber(0, 10_000), 100)
  .option('--seed <n>', 'seed of the moments', wholeNumber(0, 2 ** 31 - 1), 1)
  .option('--no-cells', 'leave out the accidents in each phase')
  .option('--write', 'write the figures to docs/torture.md', false)
  .addHelpText('after', '\nExamples:\n  npm run torture\n  npm run torture -- --kills 10 --no-cells')
  .parse();
process.exit(await torture(command.opts<Options>()));

async function torture({ kills, seed, cells, write }: Options): Promise<number> {
  const interrupt = endOnInterrupt();
  const startedAt = new Date();
  const killed = await each(planMoments(kills, seed), killOnce, killLine, interrupt);
  const why = cells ? whyNoFaultyFolder() : null;
  if (why !== null) say(`Leaving out the accidents of the run folder: ${why}.`);
  const possible = CELLS.filter(({ accident }) => why === null || !('folder' in ACCIDENTS[accident]));
  const played = cells ? await each(possible, playCell, cellLine, interrupt) : [];
  const result = {
    seed,
    startedAt,
    minutes: (Date.now() - startedAt.getTime()) / 60_000,
    killed,
    cells: played,
  };
  say(consoleText(result));
  if (interrupt.aborted) return EXIT.interrupted;
  if (write) writeFileSync(PAGE, pageOf(result));
  return [...killed, ...played].some(({ problems }) => problems.length > 0) ? EXIT.fail : EXIT.pass;
}

/** One after the other, a line each; what is done when an interrupt comes counts. */
async function each<T, R>(
  items: readonly T[],
  play: (item: T) => Promise<R>,
  line: (result: R) => string,
  interrupt: AbortSignal,
): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    try {
      const result = await play(item);
      if (interrupt.aborted) break;
      results.push(result);
      say(`${results.length}/${items.length} ${line(result)}`);
    } catch (error) {
      if (interrupt.aborted) break;
      throw error;
    }
  }
  return results;
}

function killLine({ phase, fault, delayMs, healedMs, problems }: Killed): string {
  return `SIGKILL in ${phase} (${fault}) after ${delayMs} ms: healed in ${healedMs} ms${listed(problems)}`;
}

function cellLine({ accident, phase, exitCode, namedMs, problems }: CellResult): string {
  return `${accident} in ${phase}: exit ${exitCode} after ${namedMs} ms${listed(problems)}`;
}

function listed(problems: readonly string[]): string {
  return problems.map((problem) => `\n  PROBLEM: ${problem}`).join('');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Ctrl-C ends the command that is under way, whose watchdog heals; what waits for it then cleans up after itself. */
function endOnInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  const mark = `GAUNTLET_TORTURE=${randomUUID()}`;
  const [name, value] = mark.split('=') as [string, string];
  process.env[name] = value;
  process.on('SIGINT', () => {
    interrupt.abort();
    for (const line of markedProcesses(mark)) {
      const pid = Number(line.split(' ')[0]);
      if (pid !== process.pid && line.includes('gauntlet.js')) process.kill(pid, 'SIGKILL');
    }
  });
  return interrupt.signal;
}
