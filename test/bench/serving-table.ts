import { table } from '#reports/markdown/text.ts';
import { type Ratio, ratioText } from './interleaved.ts';
import { type Measurement, measurementMarkdown, type Taken } from './measurement.ts';
import { MOST_P99_MS } from './open-loop.ts';
import { atLeast, atMost, type Row, told } from './row.ts';

/** All that one play of `serving` found. */
export interface Serving {
  /** ONNX Runtime alone, one thread: rows a second by batch size. */
  oneThread: Readonly<Record<number, number>>;
  rows: readonly Measurement[];
  /** Patterns taken out against the bare system; null where it was not asked for. */
  off: { rate: Ratio; cpu: Ratio } | null;
  /** What the four core patterns add to the median service time at 1,000 requests a second; null where not asked for. */
  taxMs: number | null;
  peers: readonly Measurement[];
  /** Why there is no wrk; null where there is. */
  missing: string | null;
}

/** Rows a second that no server before one thread of ONNX Runtime can pass. */
export function limitOf({ oneThread }: Serving): number | null {
  const all = Object.values(oneThread);
  return all.length === 0 ? null : Math.max(...all);
}

/** What of the table is held against a bound, or is a ratio; rows that were not measured have none. */
export function servingBounds(serving: Serving): Row[] {
  const { rows, peers, off, taxMs, oneThread, missing } = serving;
  const all = new Map([...rows, ...peers].map((row) => [row.id, row]));
  const perSecond = (id: string) => all.get(id)?.rowsPerSecond ?? null;
  const cpu = (id: string, process: string) => all.get(id)?.taken[process]?.cpuMsPerRequest ?? null;
  const ratio = (one: number | null, other: number | null | undefined, row: (value: number) => Row) =>
    one === null || other === null || other === undefined ? [] : [row(one / other)];
  return [
    ...(missing === null ? [] : [told(`closed loop: not measured, ${missing}`, '')]),
    ...ratio(cpu('lin', 'model-server'), cpu('echo', 'echo'), (value) =>
      atMost("model server, LIN: processor time a request, of Fastify's alone", value, 1.6, '×', 2),
    ),
    ...ratio(perSecond('server8-binary-64'), oneThread[64], (value) =>
      atLeast('64 rows in binary: of what ONNX Runtime alone computes with one thread', value, 0.85, '×', 2),
    ),
    ...ratio(perSecond('four-json-1'), perSecond('server-json-1'), (value) =>
      atLeast("four core patterns on unique keys: of the model server's own rate", value, 0.5, '×', 2),
    ),
    ...(taxMs === null
      ? []
      : [atMost('… added to the median service time at 1,000 requests/s', taxMs, 0.5, 'ms', 2)]),
    ...headlineRows(all.get('headline')),
    ...(off ? offRows(off) : []),
    ...peerRows(all),
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

/** Each row of a peer beside the row of ours that was asked the same, and how many times its rate is asked. */
const BESIDE = [
  ['server-json-1', 'fastapi-json-1', '1 row of JSON, 64 connections', 5],
  ['server8x2-json-64', 'fastapi-json-64', 'two threads each, 64 rows of JSON, 8 connections', 1.5],
  ['server8x2-binary-64', 'fastapi-binary-64', 'two threads each, 64 rows in binary, 8 connections', 1.05],
  ['open-server-json-1', 'fastapi-open-json-1', '1 row of JSON, open loop', 2.5],
] as const;

/**
 * What the best of five peers took on one machine, as a share of FastAPI's there: p99 16 of 27 ms, processor time 0.23
 * of 0.47 ms a request, memory 174 of 221 MB (MLServer, each time). Here FastAPI alone is measured.
 */
const BEST_PEER = { p99: 16 / 27, cpu: 0.23 / 0.47, memory: 174 / 221 } as const;

function peerRows(all: ReadonlyMap<string, Measurement>): Row[] {
  const rates = BESIDE.flatMap(([ours, peers, what, least]) => {
    const [one, other] = [all.get(ours)?.requestsPerSecond, all.get(peers)?.requestsPerSecond];
    return one && other ? [atLeast(`model server ÷ FastAPI, ${what}`, one / other, least, '×', 2)] : [];
  });
  const [ours, peer] = [all.get('server-json-1'), all.get('fastapi-json-1')];
  return ours && peer ? [...rates, ...besideBestPeer(ours, peer)] : rates;
}

function besideBestPeer(ours: Measurement, peer: Measurement): Row[] {
  const sum = ({ taken }: Measurement, of: keyof Taken) =>
    Object.values(taken).reduce((total, took) => total + took[of], 0);
  const bounds = [
    ['p99', ours.p99Ms, peer.p99Ms, 0.5 * BEST_PEER.p99],
    ['processor time', sum(ours, 'cpuMsPerRequest'), sum(peer, 'cpuMsPerRequest'), 0.3 * BEST_PEER.cpu],
    ['memory', sum(ours, 'megabytes'), sum(peer, 'megabytes'), 1.5 * BEST_PEER.memory],
  ] as const;
  return bounds.flatMap(([what, one, other, most]) =>
    one && other ? [atMost(`… its ${what}, single rows`, one / other, Number(most.toFixed(2)), '×', 2)] : [],
  );
}

/** The generated part of docs/performance.md. */
export function servingPart(serving: Serving, bounds: readonly Row[]): string {
  const limit = limitOf(serving);
  return [
    'Services and generator share all cores, unpinned, unless a row says that they are kept apart; no proxy stands ' +
      'between them: this is around Toxiproxy. Closed loop is wrk with one thread and 64 connections, a client ' +
      'beside it checking one answer in a hundred or more; open loop is the highest rate that k6 offers by a drawn tape with ' +
      `p99 < ${MOST_P99_MS} ms, fewer than 0.1 % without a right answer and a lateness that would be valid in an ` +
      'experiment, every answer checked. The limit is what one thread of ONNX Runtime computes at its best batch. ' +
      'CPU is user and system time of each process, its threads included.',
    measurementMarkdown(serving.rows, limit).join('\n'),
    ...(serving.peers.length === 0
      ? []
      : ['Beside it, in the same run:', measurementMarkdown(serving.peers, limit).join('\n')]),
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
