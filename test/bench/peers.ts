import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { type ChildHandle, createProcesses, type Processes } from '#harness/effects/process.ts';
import { startFastapi, REQUIREMENTS as THOSE_OF_FASTAPI } from '../peers/fastapi/start.ts';
import { startMlServer, REQUIREMENTS as THOSE_OF_MLSERVER } from '../peers/mlserver/start.ts';
import { preparePython } from '../peers/python.ts';
import type { Dose, PeerName } from './dose.ts';
import { driveAndMeter, withSystem } from './driven-system.ts';
import type { Ratio } from './interleaved.ts';
import { type Measurement, unmeasured } from './measurement.ts';
import { closedMeasurement, openMeasurement } from './measuring.ts';
import { highestHeldRate } from './open-loop.ts';
import { prepareRequests } from './prepared-requests.ts';
import { type Dialect, type Form, questionsTo, questionTo } from './question.ts';
import { servingRows } from './serving-rows.ts';
import { askInTurn, ratioOverTurns, type Side, sideAt } from './side-by-side.ts';

/** A server of somebody else with MLP behind it, tuned where tuning is known. */
interface Peer {
  what: string;
  /** A pip requirements file. */
  requirements: string;
  dialect: Dialect;
  /** Where each form that it takes is asked. */
  paths: Partial<Record<Form, string>> & { JSON: string };
  /** `folder` takes its log and its settings, and is removed afterwards. */
  start(
    python: string,
    processes: Processes,
    at: { folder: string; signal: AbortSignal },
  ): Promise<{ address: string; child: ChildHandle }>;
}

export const peers: Record<PeerName, Peer> = {
  fastapi: {
    what: 'FastAPI, 2 workers',
    requirements: THOSE_OF_FASTAPI,
    dialect: 'plain',
    paths: { JSON: '/predict', binary: '/predict-binary' },
    start: (python, processes, at) => startFastapi(python, processes, { ...at, workers: 2 }),
  },
  mlserver: {
    what: 'MLServer, adaptive batching',
    requirements: THOSE_OF_MLSERVER,
    dialect: 'protocol',
    // Bytes in a request's body it takes over gRPC alone.
    paths: { JSON: '/v2/models/digits/infer' },
    start: (python, processes, at) => startMlServer(python, processes, { ...at, batching: BATCHING }),
  },
};

/** What 64 connections fill at once, and no longer than two of their runs take. */
const BATCHING = { requests: 64, seconds: 0.001 } as const;

/** What a peer is asked in closed loop, and the row of ours that is asked the same. */
const CLOSED = [
  { form: 'JSON', rows: 1, connections: 64, ours: 'server-json-1' },
  { form: 'JSON', rows: 64, connections: 8, ours: 'server8x2-json-64' },
  { form: 'binary', rows: 64, connections: 8, ours: 'server8x2-binary-64' },
] as const;
const OPEN = { form: 'JSON', rows: 1, mostPerSecond: 12_000 } as const;

/** Our model server beside a peer, both up and asked the same in turn. */
export interface Beside {
  /** Which of its rows: `fastapi-json-1`. */
  id: string;
  /** One ÷ the other, in words. */
  what: string;
  rate: Ratio;
  p99: Ratio;
  cpu: Ratio;
  memory: Ratio;
}

export interface PeerFound {
  name: PeerName;
  what: string;
  rows: readonly Measurement[];
  beside: readonly Beside[];
}

/** Asked what the model server is asked. */
export async function measurePeer(name: PeerName, dose: Dose): Promise<PeerFound> {
  const { signal, say } = dose;
  const peer = peers[name];
  const closed = CLOSED.flatMap(({ form, ...row }) => {
    const path = peer.paths[form];
    return path === undefined ? [] : [{ ...row, ...rowOf(name, form, row.rows), form, path }];
  });
  const open = { ...rowOf(name, OPEN.form, OPEN.rows, 'open-'), path: peer.paths[OPEN.form] };
  const { requirements } = peer;
  const prepared = await preparePython({ requirements, cacheDir, onProgress: say, signal });
  if ('missing' in prepared)
    return {
      name,
      what: peer.what,
      rows: [...closed, open].map(({ id, what }) => unmeasured(id, what, prepared.missing)),
      beside: [],
    };
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  try {
    const { address, child } = await peer.start(prepared.python, processes, { folder, signal });
    const pids = [[name, child.pid!] as const];
    const measured: Measurement[] = [];
    const beside: Beside[] = [];
    for (const { id, what, form, rows, connections, path, ours } of closed) {
      say(id);
      const side = {
        url: address + path,
        question: await questionTo('mlp-1', form, rows, peer.dialect),
        connections,
        pids,
      };
      const seen = await driveAndMeter({ ...side, seconds: dose.seconds, folder }, pids, signal);
      measured.push(closedMeasurement(id, what, rows, seen));
      beside.push(await besideOurs(ours, { ...side, id, what: peer.what }, dose));
    }
    say(open.id);
    const questions = await questionsTo('mlp-1', OPEN.form, OPEN.rows, 64, peer.dialect);
    const requests = await prepareRequests(questions, join(folder, 'prepared'));
    const target = {
      url: address + open.path,
      pids,
      requests: requests.source,
      keys: requests.count,
      script: 'prepared' as const,
      processes,
      folder,
    };
    const found = await highestHeldRate(target, OPEN.mostPerSecond, dose.seconds, signal);
    const rows = [...measured, openMeasurement(open.id, open.what, OPEN.rows, found)];
    return { name, what: peer.what, rows, beside };
  } finally {
    await processes.stopAll({ graceMs: 2_000 });
    await rm(folder, { recursive: true, force: true });
  }
}

async function besideOurs(
  ours: string,
  peer: Side & { id: string; what: string },
  dose: Dose,
): Promise<Beside> {
  const row = servingRows.find(({ id }) => id === ours)!;
  const question = await questionTo('mlp-1', row.form, row.rows);
  const turns = await withSystem(row.variant, dose.signal, (up) =>
    askInTurn(sideAt(up, row, question), peer, { ...dose, folder: up.folder }),
  );
  return {
    id: peer.id,
    what: `${row.what} ÷ ${peer.what}`,
    rate: ratioOverTurns(turns, 'perSecond'),
    p99: ratioOverTurns(turns, 'p99Ms'),
    cpu: ratioOverTurns(turns, 'cpuMs'),
    memory: ratioOverTurns(turns, 'megabytes'),
  };
}

function rowOf(name: PeerName, form: Form, rows: number, loop = '') {
  return {
    id: `${name}-${loop}${form.toLowerCase()}-${rows}`,
    what: `${peers[name].what}, ${rows === 1 ? '1 row' : `${rows} rows`} ${form === 'JSON' ? 'of JSON' : 'in binary'}`,
  };
}
