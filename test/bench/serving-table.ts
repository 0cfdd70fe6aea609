import { table } from '#reports/markdown/text.ts';
import { PEERS } from './dose.ts';
import { type Ratio, ratioText } from './interleaved.ts';
import { type Measurement, measurementMarkdown } from './measurement.ts';
import { MOST_P99_MS } from './open-loop.ts';
import type { Beside, PeerFound } from './peers.ts';
import { atLeast, atMost, type Row, told } from './row.ts';

/** All that one play of `serving` found. */
export interface Serving {
  /** ONNX Runtime alone, one thread: rows a second by batch size. */
  oneThread: Readonly<Record<number, number>>;
  rows: readonly Measurement[];
  /** Processor time of a request to LIN beside Fastify alone; null where it was not asked for, as below. */
  linOfEcho: Ratio | null;
  /** Rows a second in requests of 64 in binary beside one thread of ONNX Runtime. */
  ofOrt: Ratio | null;
  /** Patterns taken out against the bare system. */
  off: { rate: Ratio; cpu: Ratio } | null;
  /** The gateway with patterns on, beside the model server behind it. */
  patternsOn: readonly PatternsOn[];
  peers: readonly PeerFound[];
  /** Why there is no wrk; null where there is. */
  missing: string | null;
}

export interface PatternsOn {
  what: string;
  /** Of the model server's own rate; null where it was not asked for. */
  rate: Ratio | null;
  /** Added to the median service time at 1,000 requests a second; null where it was not asked for. */
  taxMs: number | null;
}

/** Rows a second that no server before one thread of ONNX Runtime can pass. */
export function limitOf({ oneThread }: Serving): number | null {
  const all = Object.values(oneThread);
  return all.length === 0 ? null : Math.max(...all);
}

const LIN_OF_ECHO = "model server, LIN: processor time a request, of Fastify's alone";
const OF_ORT = '64 rows in binary: of what ONNX Runtime alone computes with one thread';

/** What of the table is held against a bound, or is a ratio; rows that were not measured have none. */
export function servingBounds(serving: Serving): Row[] {
  const { rows, linOfEcho, ofOrt, peers, off, patternsOn, missing } = serving;
  const all = new Map([...rows, ...peers.flatMap((peer) => peer.rows)].map((row) => [row.id, row]));
  return [
    ...(missing === null ? [] : [told(`closed loop: not measured, ${missing}`, '')]),
    ...(linOfEcho ? [ratioRow(LIN_OF_ECHO, linOfEcho, { most: 1.6 })] : []),
    ...(ofOrt ? [ratioRow(OF_ORT, ofOrt, { least: 0.85 })] : []),
    ...patternsOn.flatMap(patternsOnRows),
    ...headlineRows(all.get('headline')),
    ...(off ? offRows(off) : []),
    ...peers.flatMap(({ beside }) => beside.map(besideRow)),
    ...openBeside(all),
    ...(peers.length > 0 ? BEST.flatMap((figure) => besideBest(figure, peers)) : []),
  ];
}

function patternsOnRows({ what, rate, taxMs }: PatternsOn): Row[] {
  const ofServer = `${what} on unique keys: of the model server's own rate`;
  const added = `${what}: added to the median service time at 1,000 requests/s`;
  return [
    ...(rate ? [ratioRow(ofServer, rate, { least: 0.5 })] : []),
    ...(taxMs === null ? [] : [atMost(added, taxMs, 0.5, 'ms', 2)]),
  ];
}

function headlineRows(headline: Measurement | undefined): Row[] {
  if (!headline || headline.rowsPerSecond === null) return [];
  const { p99Ms, rowsPerSecond } = headline;
  return [
    atLeast('64 rows in binary, open loop: predictions', Math.round(rowsPerSecond), 80_000, '/s', 0),
    atMost('… at p99', p99Ms ?? Number.POSITIVE_INFINITY, MOST_P99_MS, 'ms'),
  ];
}

const MOST_OFF = 0.03;

function offRows({ rate, cpu }: NonNullable<Serving['off']>): Row[] {
  const within = (what: string, ratio: Ratio): Row => ({
    what,
    seen: ratioText(ratio),
    asked: `the interval within ${100 * MOST_OFF} % of 1`,
    held: ratio.interval?.every((end) => Math.abs(end - 1) <= MOST_OFF) === true,
  });
  return [
    within('patterns taken out ÷ bare system, requests a second', rate),
    within('patterns taken out ÷ bare system, processor time a request', cpu),
  ];
}

/** How many times the rate of a peer's row is asked of ours. */
const LEAST_OF_PEER: Readonly<Record<string, number>> = {
  'fastapi-json-1': 5,
  'fastapi-json-64': 1.5,
  'fastapi-binary-64': 1.05,
};

function besideRow({ id, what, rate }: Beside): Row {
  return ratioRow(what, rate, { least: LEAST_OF_PEER[id] });
}

/** Which holds it is the ratio itself; its interval is told. */
function ratioRow(what: string, ratio: Ratio, { least, most }: Bound): Row {
  const seen = ratioText(ratio);
  if (least !== undefined) return { what, seen, asked: `at least ${least} ×`, held: ratio.ratio >= least };
  if (most !== undefined) return { what, seen, asked: `at most ${most} ×`, held: ratio.ratio <= most };
  return told(what, seen);
}

interface Bound {
  least?: number | undefined;
  most?: number;
}

const OPEN_LEAST = 2.5;

/** Whose highest rate is held against FastAPI's. */
const OPEN_OURS = [
  { id: 'open-server-json-1', what: 'model server' },
  { id: 'open-window-json-1', what: 'model server with a window of 1 ms' },
] as const;

function openBeside(all: ReadonlyMap<string, Measurement>): Row[] {
  const peer = all.get('fastapi-open-json-1')?.requestsPerSecond;
  return OPEN_OURS.flatMap(({ id, what }) => {
    const ours = all.get(id)?.requestsPerSecond;
    if (!ours || !peer) return [];
    return [atLeast(`${what} ÷ FastAPI, 1 row of JSON, open loop`, ours / peer, OPEN_LEAST, '×', 2)];
  });
}

/** Of a single row: what may be taken of that which the best peer of the same run takes, each time another one maybe. */
const BEST = [
  { of: 'p99', what: 'p99', most: 0.5 },
  { of: 'cpu', what: 'processor time a request', most: 0.3 },
  { of: 'memory', what: 'memory', most: 1.5 },
] as const;

/** The best peer is the one that leaves us the least to spare. */
function besideBest({ of, what, most }: (typeof BEST)[number], peers: readonly PeerFound[]): Row[] {
  const measured = peers.flatMap(({ name, what: server, beside }) => {
    const found = beside.find(({ id }) => id === `${name}-json-1`);
    return found ? [{ server, ratio: found[of] }] : [];
  });
  if (measured.length === 0) return [];
  const best = measured.reduce((a, b) => (b.ratio.ratio > a.ratio.ratio ? b : a));
  // Which peer is best is known only where all were measured.
  const isKnown = measured.length === PEERS.length;
  const beside = isKnown ? `the best peer, ${best.server}` : best.server;
  return [ratioRow(`… its ${what}, single rows, beside ${beside}`, best.ratio, isKnown ? { most } : {})];
}

/** The generated part of docs/performance.md. */
export function servingPart(serving: Serving, bounds: readonly Row[]): string {
  const limit = limitOf(serving);
  return [
    'Services and generator share all cores, unpinned, unless a row says that they are kept apart; no proxy stands ' +
      'between them: this is around Toxiproxy. Closed loop is wrk with one thread and 64 connections, a client ' +
      'beside it checking one answer in a hundred or more; open loop is the highest rate that k6 offers by a drawn tape, and ' +
      'once more for as long as a closed loop takes, with ' +
      `p99 < ${MOST_P99_MS} ms, fewer than 0.1 % without a right answer and a lateness that would be valid in an ` +
      'experiment, every answer checked. The limit is what one thread of ONNX Runtime computes at its best batch. ' +
      'CPU is user and system time of each process, its threads included.',
    measurementMarkdown(serving.rows, limit).join('\n'),
    ...(serving.peers.length === 0
      ? []
      : [
          'Beside it, in the same run:',
          measurementMarkdown(
            serving.peers.flatMap(({ rows }) => rows),
            limit,
          ).join('\n'),
        ]),
    'A ratio with an interval is of two sides that are both up and are asked in turn, five times or ten, so that what the ' +
      'machine does meanwhile falls on both; its pairs are starts, or turns of one start where there are five.',
    table(
      ['ratio', 'seen', 'asked', ''],
      bounds.map(({ what, seen, asked, held }) => [
        what,
        seen,
        asked ?? '',
        asked === null ? '' : held ? 'held' : 'missed',
      ]),
    ).join('\n'),
  ].join('\n\n');
}
