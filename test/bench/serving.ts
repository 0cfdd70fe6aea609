import { join } from 'node:path';
import type { Variant } from '#contract/topology.ts';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { requestSource } from '#harness/cli/requests.ts';
import { allowedCores, type CorePlan, planCores } from '#harness/effects/cores.ts';
import { scrapeMetrics } from '#harness/effects/metrics.ts';
import { POOL } from '#harness/plan.ts';
import { meanOf } from '#slo/statistics/student.ts';
import type { Dose } from './dose.ts';
import { askedOf, driveAndMeter, type Entry, type Up, warmUp, withSystem } from './driven-system.ts';
import { withEcho } from './echo.ts';
import { inTurn, isMirrored, type Ratio, ratioOf } from './interleaved.ts';
import { isAsked, type Measurement, unmeasured } from './measurement.ts';
import { closedMeasurement, openMeasurement, spanMeasurement } from './measuring.ts';
import { highestHeldRate, type OpenTarget, playOpen, warmUpTo } from './open-loop.ts';
import { ortAlone, rowsPerSecond } from './ort-alone.ts';
import { measurePeer, type PeerFound } from './peers.ts';
import { prepareRequests } from './prepared-requests.ts';
import { countingQuestionTo, questionsTo, questionTo } from './question.ts';
import { servedByText } from './served-by.ts';
import { bare, besideServer, openRows, type ServingRow, servingRows, takenOut } from './serving-rows.ts';
import type { PatternsOn, Serving } from './serving-table.ts';
import {
  askInTurn,
  ratioOverStarts,
  ratioOverTurns,
  type Side,
  sideAt,
  swapped,
  TURNS,
  type Turns,
  turnSeconds,
} from './side-by-side.ts';
import { drive, missingWrk } from './wrk.ts';

/**
 * Of a system whose patterns are taken out, beside the bare one. Two of one system differ by 7 to 14 % from one turn to
 * the next (deviation), and by 2 % at most from start to start: by 1 % at most over all of these, so that the interval of
 * no effect mostly lies within 3 %.
 */
const OFF = { starts: 30, turns: 10 } as const;
const FOUR_STARTS = 4;
/** What the patterns add to a request, at a rate that leaves room. */
const TAX = { ratePerSecond: 1_000, turns: 4 } as const;
/** Bodies that a virtual user of k6 keeps. */
const MOST_BODIES = 16;
/** 80,000 predictions a second in requests of 64 rows, and so much more that a drawn tape has no fewer. */
const HEADLINE = { requestsPerSecond: 1_265, rows: 64, doses: 10 } as const;

/** The reference system near the limit, generator and services on the same cores, around Toxiproxy. */
export async function measureServing(dose: Dose): Promise<Serving> {
  const missing = await missingWrk();
  const wants = (id: string) => isAsked(id, dose.rows);
  dose.say('ort');
  const limits = await ortAlone(dose);
  const rows = [...limits.measured];
  const closed = missing === null ? servingRows.filter(({ id }) => wants(id)) : [];
  if (missing === null && wants('echo'))
    rows.push(await attempt(dose, 'echo', ECHO_WHAT, () => measureEcho(dose)));
  for (const row of closed)
    rows.push(await attempt(dose, row.id, row.what, () => measureClosed(row.id, row.what, row, dose)));
  for (const row of servingRows.filter(({ isMain, id }) => isMain && wants(`apart-${id}`))) {
    if (missing !== null) break;
    const [id, what] = [`apart-${row.id}`, `${row.what}, cores kept apart`];
    rows.push(
      await attempt(dose, id, what, async () => measureClosed(id, what, row, dose, await coresApart())),
    );
  }
  for (const { id, of, most } of openRows.filter(({ id }) => wants(id))) {
    const row = servingRows.find((one) => one.id === of)!;
    rows.push(await attempt(dose, id, `${row.what}, open loop`, () => measureOpen(id, row, most, dose)));
  }
  if (wants('headline'))
    rows.push(await attempt(dose, 'headline', HEADLINE_WHAT, () => measureHeadline(dose)));
  const linOfEcho = missing === null && wants('lin-ratio') ? await measureLinOfEcho(dose) : null;
  const ofOrt = missing === null && wants('ort-ratio') ? await measureOfOrt(dose) : null;
  const off = missing === null && wants('off-ratio') ? await measureOff(dose) : null;
  const patternsOn: PatternsOn[] = [];
  for (const { id, what } of besideServer) {
    const row = servingRows.find((one) => one.id === id)!;
    patternsOn.push({
      what,
      rate: missing === null && wants('four-ratio') ? await measureOfServer(row, dose) : null,
      taxMs: wants('tax') ? await measureTax(row, dose) : null,
    });
  }
  const peers: PeerFound[] = [];
  for (const name of missing === null ? dose.peers : []) peers.push(await measurePeer(name, dose));
  const oneThread = Object.fromEntries(limits.oneThread);
  return { oneThread, rows, linOfEcho, ofOrt, off, patternsOn, peers, missing };
}

/** One row that fails is told as such; the others are measured. */
async function attempt(
  { signal, say }: Dose,
  id: string,
  what: string,
  measure: () => Promise<Measurement>,
): Promise<Measurement> {
  say(id);
  try {
    return await measure();
  } catch (error) {
    signal.throwIfAborted();
    return unmeasured(id, what, (error as Error).message.split('\n')[0]!);
  }
}

async function coresApart(): Promise<CorePlan> {
  const cores = planCores((await allowedCores()) ?? []);
  if (cores.services === null) throw new Error('there is no taskset, or there are no two cores');
  return cores;
}

async function measureClosed(
  id: string,
  what: string,
  row: ServingRow,
  { seconds, signal }: Dose,
  apart: CorePlan | null = null,
): Promise<Measurement> {
  const { entry, connections } = row;
  const question = await questionOf(row);
  return withSystem(
    row.variant,
    signal,
    async (up) => {
      const url = up.urlOf(entry);
      const loop = { url, connections, question, seconds, folder: up.folder };
      const seen = await driveAndMeter(loop, askedOf(up, row), signal);
      // A stand-in's answers would make a fast row of a slow system.
      const note = servedByText(await scrapeMetrics(new URL(url).origin));
      return { ...closedMeasurement(id, what, row.rows, seen), isOfLimit: isMlp(row), note };
    },
    apart,
  );
}

function questionOf({ variant, form, rows, areUnique }: ServingRow) {
  const version = variant.models.primary as 'mlp-1';
  return areUnique ? countingQuestionTo(version, form, rows) : questionTo(version, form, rows);
}

function isMlp({ variant }: ServingRow): boolean {
  return variant.models.primary === 'mlp-1';
}

function measureOpen(id: string, row: ServingRow, most: number, { seconds, signal }: Dose) {
  return withSystem(row.variant, signal, async (up) => {
    const target = await targetOf(row, up);
    return openMeasurement(id, row.what, row.rows, await highestHeldRate(target, most, seconds, signal));
  });
}

/** Where no answer may be known before, all keys of the pool are asked; else a few prepared requests, which cost k6 least. */
async function targetOf(row: ServingRow, up: Up): Promise<OpenTarget> {
  const { processes, folder } = up;
  const at = { url: up.urlOf(row.entry), pids: askedOf(up, row), processes, folder };
  if (row.areUnique) {
    // A stand-in's answers have no golden ones here, so that they count as wrong.
    const requests = await requestSource(['mlp-1'], cacheDir, () => {});
    return { ...at, requests, keys: POOL.size, script: 'infer' };
  }
  const questions = await questionsTo('mlp-1', row.form, row.rows, MOST_BODIES);
  const { source, count } = await prepareRequests(questions, join(folder, 'prepared'));
  return { ...at, requests: source, keys: count, script: 'prepared' };
}

const HEADLINE_WHAT = `model server of two threads, ${HEADLINE.rows} rows in binary, open loop at ${HEADLINE.requestsPerSecond}/s`;

/** One rate, for long, every answer checked. */
function measureHeadline({ seconds, signal }: Dose): Promise<Measurement> {
  const row = servingRows.find(({ id }) => id === 'server8x2-binary-64')!;
  const { requestsPerSecond: ratePerSecond, rows, doses } = HEADLINE;
  return withSystem(row.variant, signal, async (up) => {
    const target = await targetOf(row, up);
    const steady = { phase: 'steady', seconds: doses * seconds, ratePerSecond } as const;
    const { spans, taken } = await playOpen(target, [...warmUpTo(ratePerSecond), steady], 0, signal);
    const span = spans[0]!;
    const note = `${(100 * span.errors).toFixed(3)} % without a right answer, sent ${span.latenessP99Ms.toFixed(0)} ms late at p99`;
    const seen = spanMeasurement('headline', HEADLINE_WHAT, rows, span, taken);
    // Predictions are answers that were right and came in time, not requests that were sent.
    return { ...seen, rowsPerSecond: (1 - span.errors) * rows * span.ratePerSecond, note };
  });
}

/**
 * A system whose patterns were taken out beside the bare one. The two run the same, so that only the order can part them:
 * each is started first in half of the starts.
 */
async function measureOff(dose: Dose): Promise<Serving['off']> {
  const { signal, say } = dose;
  const question = await questionTo('mlp-1', 'JSON', 1);
  const sideOf = (up: Up): Side => sideAt(up, { entry: 'gateway', connections: 64 }, question);
  const turnsOf = (first: Variant, second: Variant): Promise<Turns> =>
    withSystem(first, signal, (one) =>
      withSystem(second, signal, (other) =>
        askInTurn(sideOf(one), sideOf(other), { ...dose, turns: OFF.turns, folder: other.folder }),
      ),
    );
  const starts: Turns[] = [];
  for (let start = 0; start < OFF.starts; start += 1) {
    say(`off-ratio, start ${start + 1} of ${OFF.starts}`);
    starts.push(isMirrored(start) ? swapped(await turnsOf(bare, takenOut)) : await turnsOf(takenOut, bare));
  }
  return { rate: ratioOverStarts(starts, 'perSecond'), cpu: ratioOverStarts(starts, 'cpuMs') };
}

/** Rate of a gateway with patterns on, of that of the model server which is behind it. */
async function measureOfServer(row: ServingRow, dose: Dose): Promise<Ratio> {
  const { signal, say } = dose;
  const unknown = await questionOf(row);
  // Behind the cache nobody minds that it is the same one, and then it can be checked more often.
  const same = await questionTo('mlp-1', row.form, row.rows);
  const starts: Turns[] = [];
  for (let start = 0; start < FOUR_STARTS; start += 1) {
    say(`four-ratio of ${row.id}, start ${start + 1} of ${FOUR_STARTS}`);
    const turns = await withSystem(row.variant, signal, (up) =>
      askInTurn(sideAt(up, row, unknown), sideAt(up, { ...row, entry: 'model-server' }, same), {
        ...dose,
        folder: up.folder,
      }),
    );
    starts.push(turns);
  }
  return ratioOverStarts(starts, 'perSecond');
}

/**
 * What patterns add to the median service time, in milliseconds: of the gateway, and of the model server behind it, asked
 * in turn; the mean over the turns.
 */
function measureTax(row: ServingRow, { seconds, signal, say }: Dose): Promise<number> {
  say(`tax of ${row.id}`);
  const { ratePerSecond, turns } = TAX;
  const segments = [...warmUpTo(ratePerSecond), { phase: 'steady', seconds, ratePerSecond } as const];
  return withSystem(row.variant, signal, async (up) => {
    const targets = {
      gateway: await targetOf(row, up),
      'model-server': await targetOf({ ...row, entry: 'model-server' }, up),
    };
    // Keys go on from play to play, or the cache would know them.
    let firstKey = 0;
    const medianOf = async (entry: Entry) => {
      const { spans, sent } = await playOpen(targets[entry], segments, firstKey, signal);
      firstKey += sent;
      return spans[0]!.serviceP50Ms;
    };
    const medians = await inTurn(
      turns,
      () => medianOf('gateway'),
      () => medianOf('model-server'),
    );
    return meanOf(medians.map(([gateway, modelServer]) => gateway - modelServer));
  });
}

const ECHO_WHAT = 'Fastify alone, 1 row of JSON given back';

function measureEcho({ seconds, signal }: Dose): Promise<Measurement> {
  return withEcho(signal, async (side, folder) => {
    const seen = await driveAndMeter({ ...side, seconds, folder }, side.pids, signal);
    return { ...closedMeasurement('echo', ECHO_WHAT, 1, seen), isOfLimit: false };
  });
}

/** Processor time of a request to LIN, of that of Fastify alone. */
async function measureLinOfEcho(dose: Dose): Promise<Ratio> {
  const { signal, say } = dose;
  say('lin-ratio');
  const row = servingRows.find(({ id }) => id === 'lin')!;
  const question = await questionOf(row);
  const turns = await withSystem(row.variant, signal, (up) =>
    withEcho(signal, (echo, folder) => askInTurn(sideAt(up, row, question), echo, { ...dose, folder })),
  );
  return ratioOverTurns(turns, 'cpuMs');
}

/** Rows a second of a model server of one thread, of those that one thread of ONNX Runtime computes alone. */
async function measureOfOrt({ seconds, signal, say }: Dose): Promise<Ratio> {
  say('ort-ratio');
  const row = servingRows.find(({ id }) => id === 'server8-binary-64')!;
  const { connections, rows, entry, variant } = row;
  const question = await questionOf(row);
  return withSystem(variant, signal, async (up) => {
    const loop = { url: up.urlOf(entry), connections, question, folder: up.folder };
    await warmUp({ ...loop, seconds }, signal);
    const turn = turnSeconds(seconds);
    const turns = await inTurn(
      TURNS,
      async () => rows * (await drive({ ...loop, seconds: turn }, signal)).requestsPerSecond,
      () => rowsPerSecond(1, { batch: rows, ms: 1000 * turn }),
    );
    return ratioOf(turns);
  });
}
