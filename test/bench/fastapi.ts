import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { REQUIREMENTS, startFastapi } from '../peers/fastapi/start.ts';
import { preparePython } from '../peers/python.ts';
import type { Dose } from './dose.ts';
import { driveAndMeter } from './driven-system.ts';
import { type Measurement, unmeasured } from './measurement.ts';
import { closedMeasurement, openMeasurement } from './measuring.ts';
import { highestHeldRate } from './open-loop.ts';
import { prepareRequests } from './prepared-requests.ts';
import { type Form, questionsTo, questionTo } from './question.ts';

export const WORKERS = 2;
const NAME = 'FastAPI';

const CLOSED = [
  { id: 'fastapi-json-1', form: 'JSON', rows: 1, connections: 64 },
  { id: 'fastapi-json-64', form: 'JSON', rows: 64, connections: 8 },
  { id: 'fastapi-binary-64', form: 'binary', rows: 64, connections: 8 },
] as const;
const OPEN = { id: 'fastapi-open-json-1', form: 'JSON', rows: 1 } as const;
const MOST_PER_SECOND = 8_000;

const fastapiRows = [...CLOSED, OPEN];

export const pathOf = (form: Form) => (form === 'JSON' ? '/predict' : '/predict-binary');
const what = (form: Form, rows: number) =>
  `${NAME}, ${WORKERS} workers, ${rows === 1 ? '1 row' : `${rows} rows`} ${form === 'JSON' ? 'of JSON' : 'in binary'}`;

/** A plain FastAPI server with ONNX Runtime behind it, asked what ours is asked. */
export async function measureFastapi(dose: Dose): Promise<Measurement[]> {
  const { signal, say } = dose;
  const prepared = await preparePython({ requirements: REQUIREMENTS, cacheDir, onProgress: say, signal });
  if ('missing' in prepared) {
    return fastapiRows.map(({ id, form, rows }) => unmeasured(id, what(form, rows), prepared.missing));
  }
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  try {
    const { address, child } = await startFastapi(prepared.python, processes, {
      folder,
      workers: WORKERS,
      signal,
    });
    const pids = [['fastapi', child.pid!] as const];
    const measured: Measurement[] = [];
    for (const { id, form, rows, connections } of CLOSED) {
      say(id);
      const question = await questionTo('mlp-1', form, rows, 'plain');
      const loop = { url: address + pathOf(form), question, connections, seconds: dose.seconds, folder };
      measured.push(closedMeasurement(id, what(form, rows), rows, await driveAndMeter(loop, pids, signal)));
    }
    say(OPEN.id);
    const questions = await questionsTo('mlp-1', OPEN.form, OPEN.rows, 64, 'plain');
    const requests = await prepareRequests(questions, join(folder, 'prepared'));
    const target = {
      url: address + pathOf(OPEN.form),
      pids,
      requests: requests.source,
      keys: requests.count,
      script: 'prepared' as const,
      processes,
      folder,
    };
    const found = await highestHeldRate(target, MOST_PER_SECOND, dose.seconds, signal);
    return [...measured, openMeasurement(OPEN.id, what(OPEN.form, OPEN.rows), OPEN.rows, found)];
  } finally {
    await processes.stopAll({ graceMs: 2_000 });
    await rm(folder, { recursive: true, force: true });
  }
}
