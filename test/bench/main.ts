// `npm run bench`: speed as ratios and bounds inside one run, one table. Exit 1 where a bound is missed.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '#contract/exit-codes.ts';
import { columns } from '#reports/console/layout.ts';
import { batchingCapacity } from './batching-capacity.ts';
import { batchingClosedLoop } from './batching-closed-loop.ts';
import { type Dose, PEERS, type PeerName } from './dose.ts';
import { withPart } from './generated-part.ts';
import { measureGrowth } from './growth.ts';
import { growthPart, growthPicture, kneeText } from './growths.ts';
import { harnessCpu } from './harness-cpu.ts';
import { judgeMany } from './judge-many.ts';
import { measurementLines } from './measurement.ts';
import { partHead } from './part-head.ts';
import { type Row, told } from './row.ts';
import { measureServing } from './serving.ts';
import { limitOf, servingBounds, servingPart } from './serving-table.ts';
import { startup } from './startup.ts';

/** What a bench found: a table of its own where it has one, rows held against bounds, and its part of the page. */
interface Found {
  rows: readonly Row[];
  lines?: readonly string[];
  part?: string;
  /** Files under docs/ that the part shows. */
  files?: Readonly<Record<string, string>>;
}

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

const plain =
  (...parts: ((dose: Dose) => Promise<Row[]>)[]) =>
  async (dose: Dose): Promise<Found> => {
    const rows: Row[] = [];
    for (const part of parts) {
      dose.say(part.name);
      rows.push(...(await part(dose)));
    }
    return { rows };
  };

const bySignal =
  (part: (signal: AbortSignal) => Promise<Row[]>) =>
  ({ signal }: Dose) =>
    part(signal);

async function serving(dose: Dose): Promise<Found> {
  const found = await measureServing(dose);
  const rows = servingBounds(found);
  const lines = measurementLines(
    [...found.rows, ...found.peers.flatMap((peer) => peer.rows)],
    limitOf(found),
  );
  return { rows, lines, part: servingPart(found, rows) };
}

async function growth(dose: Dose): Promise<Found> {
  const growths = await measureGrowth(dose);
  const rows = growths.map((one) => told(one.title, kneeText(one)));
  const files = Object.fromEntries(growths.map((one) => [`growth-${one.name}.svg`, growthPicture(one)]));
  return { rows, part: growthPart(growths), files };
}

/** What can be measured; played one after the other. */
const BENCHES = {
  startup: plain(startup),
  harness: plain(bySignal(harnessCpu), bySignal(judgeMany)),
  batching: plain(bySignal(batchingCapacity), bySignal(batchingClosedLoop)),
  serving,
  growth,
} as const satisfies Record<string, (dose: Dose) => Promise<Found>>;
type BenchName = keyof typeof BENCHES;
const names = Object.keys(BENCHES) as BenchName[];
/** Without a name: what stays within three quarters of an hour. */
const USUAL: readonly BenchName[] = ['startup', 'harness', 'serving'];

const DEFAULT_SECONDS = 6;

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= 120)) throw new InvalidArgumentError('It must be 1 to 120.');
  return seconds;
}

const listOf = (text: string) => text.split(',').filter(Boolean);

const command = new Command('npm run bench')
  .usage('-- [options] [name...]')
  .description(
    'Measures how soon a start is over, what the harness costs beside the load generator, what batching gains, and ' +
      'how near the reference system comes to the limit that ONNX Runtime sets.',
  )
  .argument('[name...]', `of: ${names.join(', ')}; default: ${USUAL.join(', ')}`)
  .option('--seconds <n>', 'of each row in closed loop; the rest in proportion', secondsOf, DEFAULT_SECONDS)
  .option(
    '--rows <ids>',
    'of serving and growth: ids, or the words that they begin with (server,gateway-json)',
    listOf,
    [],
  )
  .addOption(
    new Option('--peers <names>', `of serving: servers of others beside (${PEERS.join(', ')})`)
      .argParser(listOf)
      .default([]),
  )
  .option('--write', 'writes what was found into docs/performance.md', false)
  .option('--json', 'the rows as JSON on stdout', false)
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench\n  npm run bench -- harness\n  npm run bench -- serving --peers fastapi,mlserver --write' +
      '\n  npm run bench -- serving --seconds 1 --rows server-json-1,gateway-json-1,four',
  )
  .parse();

const options = command.opts<{
  seconds: number;
  rows: string[];
  peers: PeerName[];
  write: boolean;
  json: boolean;
}>();
const asked = command.args.length === 0 ? USUAL : command.args;
for (const name of asked) if (!Object.hasOwn(BENCHES, name)) refuse('bench', name, names);
for (const name of options.peers) if (!PEERS.includes(name)) refuse('peer', name, PEERS);
const interrupt = new AbortController();
process.on('SIGINT', () => interrupt.abort());

function refuse(kind: string, name: string, known: readonly string[]): never {
  process.stderr.write(`There is no ${kind} '${name}'; there are: ${known.join(', ')}.\n`);
  process.exit(EXIT.usage);
}

const found: Found[] = [];
try {
  for (const name of asked as BenchName[]) {
    const say = (line: string) => void process.stderr.write(`${name}: ${line} …\n`);
    const one = await BENCHES[name]({ ...options, signal: interrupt.signal, say });
    found.push(one);
    if (options.write && one.part !== undefined) {
      const page = withPart(
        readFileSync(PAGE, 'utf8'),
        name,
        `${await partHead(process.argv)}\n\n${one.part}`,
      );
      writeFileSync(PAGE, page);
      for (const [file, text] of Object.entries(one.files ?? {}))
        writeFileSync(fileURLToPath(new URL(`../../docs/${file}`, import.meta.url)), text);
    }
  }
} catch (error) {
  if (!interrupt.signal.aborted) throw error;
  process.exit(EXIT.interrupted);
}
const rows = found.flatMap((one) => one.rows);
if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
else {
  const cell = (text: string) => ({ text });
  const lines = rows.map(({ what, seen, asked: bound, held }) =>
    [what, seen, bound ?? '', bound === null ? '' : held ? 'held' : 'MISSED'].map(cell),
  );
  const tables = found.flatMap((one) => (one.lines ? [...one.lines, ''] : []));
  process.stdout.write(`${[...tables, ...columns(lines, 0)].join('\n')}\n`);
}
process.exitCode = rows.every(({ held }) => held) ? EXIT.pass : EXIT.fail;
