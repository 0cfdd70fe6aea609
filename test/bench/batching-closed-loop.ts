import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses, type Processes } from '#harness/effects/process.ts';
import { asProcesses } from '#harness/effects/runtimes/as-processes.ts';
import { startService, waitUntilReady } from '#harness/effects/services.ts';
import { models } from '#sut/models/catalog.ts';
import { inferAll, openModel } from '#sut/models/onnx.ts';
import { heldOut, pixelsOf } from '#sut/models/pool.ts';
import { FEATURES, INPUT_NAME } from '#sut/protocol/infer.ts';
import { atLeast, type Row, told } from './row.ts';
import { type Driven, drive, missingWrk } from './wrk.ts';

const VERSION = 'mlp-1';
const CONNECTIONS = 64;
const SECONDS = 8;
const LEAST_GAIN = 4;
/** So that neither form always has the machine's first, or its last, seconds. */
const ORDER = ['one by one', 'batched', 'batched', 'one by one'] as const;
type Form = (typeof ORDER)[number];

const MAIN = fileURLToPath(new URL('../../sut/model-server/main.ts', import.meta.url));
const PIXELS = Uint8Array.from(pixelsOf(heldOut, 0));
const BODY = JSON.stringify({
  inputs: [{ name: INPUT_NAME, shape: [1, FEATURES], datatype: 'FP32', data: Array.from(PIXELS) }],
});

/** MLP asked for as much as 64 connections get answered, at the model server itself, all cores shared. */
export async function batchingClosedLoop(signal: AbortSignal): Promise<Row[]> {
  const missing = await missingWrk();
  if (missing !== null) return [told(`MLP at the model server, closed loop: not measured, ${missing}`, '')];
  const processes = createProcesses();
  const ports = createPorts();
  const parent = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  const golden = await goldenAnswer();
  const seen: Record<Form, Driven[]> = { 'one by one': [], batched: [] };
  try {
    for (const [i, form] of ORDER.entries()) {
      const folder = join(parent, String(i));
      seen[form].push(await driven(form, { processes, port: await ports.take(), golden, folder, signal }));
    }
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(parent, { recursive: true, force: true });
  }
  const [oneByOne, batched] = [meanRate(seen['one by one']), meanRate(seen.batched)];
  return [
    told(`MLP at the model server, closed loop of ${CONNECTIONS}, one by one`, figures(seen['one by one'])),
    told('… and batched', figures(seen.batched)),
    atLeast('batched ÷ one by one', batched / oneByOne, LEAST_GAIN, '×'),
  ];
}

async function goldenAnswer(): Promise<Float32Array> {
  const session = await openModel(VERSION);
  const answer = await inferAll(session, PIXELS);
  await session.release();
  return answer;
}

interface Setup {
  processes: Processes;
  port: number;
  golden: Float32Array;
  folder: string;
  signal: AbortSignal;
}

async function driven(form: Form, { processes, port, golden, folder, signal }: Setup): Promise<Driven> {
  const server = await startService(asProcesses(processes), {
    name: 'model-server',
    runs: { main: MAIN },
    port,
    config: {
      service: 'model-server',
      port,
      versions: [VERSION],
      patterns: form === 'batched' ? { 'batch-inference': {} } : {},
    },
    folder,
    cores: null,
  });
  try {
    await waitUntilReady(server, signal);
    const url = `${server.address}/v2/models/digits/infer`;
    const { tolerance } = models[VERSION];
    const asked = { url, body: BODY, connections: CONNECTIONS, folder, golden, tolerance };
    // What a compiler has not seen yet is slower by half.
    await drive({ ...asked, seconds: 2 }, signal);
    return await drive({ ...asked, seconds: SECONDS }, signal);
  } finally {
    await server.child.stop({ graceMs: 500 });
  }
}

function meanRate(all: readonly Driven[]): number {
  return all.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0) / all.length;
}

function figures(all: readonly Driven[]): string {
  const p99 = Math.max(...all.map(({ p99Ms }) => p99Ms));
  const checked = all.reduce((sum, one) => sum + one.checked, 0);
  return `${Math.round(meanRate(all))}/s, p99 ${p99.toFixed(1)} ms, ${checked} answers checked`;
}
