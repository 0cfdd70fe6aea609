import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Variant } from '#contract/topology.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { system } from '#sut/system.ts';
import { topology } from '#sut/topology.ts';
import { driveAndMeter, driveSystem, type Loop, type Measured, type Taken } from './driven-system.ts';
import { ortAlone } from './ort-alone.ts';
import { countingQuestionTo, type Question, questionTo } from './question.ts';
import { atLeast, atMost, type Row, told } from './row.ts';
import { type Driven, missingWrk } from './wrk.ts';

const SECONDS = 8;
const ECHO = fileURLToPath(new URL('./echo-server.ts', import.meta.url));

const batching = { 'batch-inference': {} };
const lin = system({ models: { primary: 'lin-1' }, patterns: batching });
const mlp = system({ patterns: batching });
const allFour = system({
  patterns: { 'circuit-breaker': {}, 'prediction-cache': {}, 'batch-inference': {}, async: {} },
});

/** The reference system near the limit, in closed loop, generator and services on the same cores. */
export async function serving(signal: AbortSignal): Promise<Row[]> {
  const missing = await missingWrk();
  if (missing !== null) return [told(`serving: not measured, ${missing}`, '')];
  const single = await questionTo('mlp-1', 'JSON', 1);
  const linear = await questionTo('lin-1', 'JSON', 1);
  const ort = await ortAlone(signal);
  const ask = (variant: Variant, loop: Omit<Loop, 'seconds'>) =>
    driveSystem(variant, { ...loop, seconds: SECONDS }, signal);
  const direct = { entry: 'model-server', connections: 64 } as const;
  const through = { entry: 'gateway', connections: 64 } as const;

  const echo = await driveEcho(single, signal);
  const lin1 = await ask(lin, { ...direct, question: linear });
  const mlp1 = await ask(mlp, { ...direct, question: single });
  const json64 = await ask(mlp, {
    ...direct,
    connections: 8,
    question: await questionTo('mlp-1', 'JSON', 64),
  });
  const binary = await questionTo('mlp-1', 'binary', 64);
  const binary64 = await ask(mlp, { ...direct, connections: 8, question: binary });
  const bare = await ask(mlp, { ...through, question: single });
  const four = await ask(allFour, { ...through, question: await countingQuestionTo('mlp-1') });

  const cpu = (measured: Measured) => measured.services['model-server']!.cpuMsPerRequest;
  const limit = ort.oneThread.get(64)!;
  return [
    ...ort.rows,
    told('Fastify alone, one row of JSON given back', figures(echo)),
    told('model server, LIN, one row of JSON', figures(lin1)),
    atMost(
      "its processor time, of Fastify's alone",
      cpu(lin1) / echo.services.echo!.cpuMsPerRequest,
      1.6,
      '×',
      2,
    ),
    told('model server, MLP, one row of JSON', figures(mlp1)),
    told('model server, MLP, 64 rows of JSON, 8 connections', figures(json64, 64)),
    told('model server, MLP, 64 rows in binary, 8 connections', figures(binary64, 64)),
    atLeast(
      'of what ONNX Runtime alone computes with as many threads',
      (64 * binary64.requestsPerSecond) / limit,
      0.85,
      '×',
      2,
    ),
    told('gateway and model server, one row of JSON', figures(bare)),
    told('… with the four core patterns on, every key another', figures(four)),
    atLeast("of the model server's own", four.requestsPerSecond / mlp1.requestsPerSecond, 0.5, '×', 2),
  ];
}

async function driveEcho(question: Question, signal: AbortSignal) {
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  try {
    const port = await createPorts().take();
    const child = processes.start({
      name: 'echo',
      command: process.execPath,
      args: [ECHO, String(port)],
      env: { ...process.env, NODE_ENV: 'production' },
      logFile: join(folder, 'echo.log'),
      cores: null,
    });
    const address = `http://127.0.0.1:${port}`;
    await untilUp(address, signal);
    // What it gives back is no answer of a model.
    const given = { ...question, check: () => {} };
    const loop = {
      url: `${address}${topology.inferPath}`,
      question: given,
      connections: 64,
      seconds: SECONDS,
      folder,
    };
    return await driveAndMeter(loop, [['echo', child.pid!] as const], signal);
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilUp(address: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await fetch(address).catch(() => null)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function figures(driven: Driven & { services: Partial<Record<string, Taken>> }, rows = 1): string {
  const { requestsPerSecond, p50Ms, p99Ms, checked, services } = driven;
  const taken = Object.entries(services).map(
    ([name, took]) => `${name} ${took!.cpuMsPerRequest.toFixed(3)} ms, ${Math.round(took!.megabytes)} MB`,
  );
  const rate = rows === 1 ? '' : ` = ${Math.round(rows * requestsPerSecond)} rows/s`;
  return (
    `${Math.round(requestsPerSecond)}/s${rate}, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(1)} ms, ` +
    `${checked} checked; CPU a request and memory: ${taken.join('; ')}`
  );
}
