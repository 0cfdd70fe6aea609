// `npm run bench`: speed as ratios and bounds inside one run, one table. Exit 1 where a bound is missed.
import { Command } from 'commander';
import { EXIT } from '#contract/exit-codes.ts';
import { columns } from '#reports/console/layout.ts';
import { batchingCapacity } from './batching-capacity.ts';
import { batchingClosedLoop } from './batching-closed-loop.ts';
import { harnessCpu } from './harness-cpu.ts';
import { judgeMany } from './judge-many.ts';
import type { Row } from './row.ts';
import { serving } from './serving.ts';

/** What can be measured: name → parts, played one after the other. */
const BENCHES = {
  harness: [harnessCpu, judgeMany],
  batching: [batchingCapacity, batchingClosedLoop],
  serving: [serving],
} as const satisfies Record<string, readonly ((signal: AbortSignal) => Promise<Row[]>)[]>;
const names = Object.keys(BENCHES) as (keyof typeof BENCHES)[];

const command = new Command('npm run bench')
  .usage('-- [options] [name...]')
  .description(
    'Measures what the harness costs beside the load generator, how long ten million samples take, what batching ' +
      'gains, and how near the reference system comes to the limit.',
  )
  .argument('[name...]', `of: ${names.join(', ')}; default: all`)
  .option('--json', 'the rows as JSON on stdout', false)
  .addHelpText('after', '\nExamples:\n  npm run bench\n  npm run bench -- harness')
  .parse();

const asked = command.args.length === 0 ? names : command.args;
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench '${unknown[0]}'; there are: ${names.join(', ')}.\n`);
  process.exit(EXIT.usage);
}
const interrupt = new AbortController();
process.on('SIGINT', () => interrupt.abort());

const rows: Row[] = [];
try {
  for (const name of asked as typeof names) {
    for (const part of BENCHES[name]) {
      process.stderr.write(`${name}: ${part.name} …\n`);
      rows.push(...(await part(interrupt.signal)));
    }
  }
} catch (error) {
  if (!interrupt.signal.aborted) throw error;
  process.exit(EXIT.interrupted);
}
if (command.opts<{ json: boolean }>().json) process.stdout.write(`${JSON.stringify(rows)}\n`);
else {
  const cell = (text: string) => ({ text });
  const lines = rows.map(({ what, seen, asked: bound, held }) =>
    [what, seen, bound ?? '', bound === null ? '' : held ? 'held' : 'MISSED'].map(cell),
  );
  process.stdout.write(`${columns(lines, 0).join('\n')}\n`);
}
process.exitCode = rows.every(({ held }) => held) ? EXIT.pass : EXIT.fail;
