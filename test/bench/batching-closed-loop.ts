import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses, lastLines, type Processes } from '#harness/effects/process.ts';
import { provision } from '#harness/effects/provision/provision.ts';
import { startService, waitUntilReady } from '#harness/effects/services.ts';
import { heldOut, pixelsOf } from '#sut/models/pool.ts';
import { FEATURES, INPUT_NAME } from '#sut/protocol/infer.ts';
import { atLeast, type Row, told } from './row.ts';

const VUS = 64;
const SECONDS = 8;
const LEAST_GAIN = 4;
/** So that neither form always has the machine's first, or its last, seconds. */
const ORDER = ['one by one', 'batched', 'batched', 'one by one'] as const;
type Form = (typeof ORDER)[number];

const MAIN = fileURLToPath(new URL('../../sut/model-server/main.ts', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../fixtures/k6/closed-loop.js', import.meta.url));
const BODY = JSON.stringify({
  inputs: [
    {
      name: INPUT_NAME,
      shape: [1, FEATURES],
      datatype: 'FP32',
      data: Array.from(pixelsOf(heldOut, 0)),
    },
  ],
});

/** MLP asked for as much as 64 users get answered, at the model server itself, all cores shared. */
export async function batchingClosedLoop(signal: AbortSignal): Promise<Row[]> {
  const { path: k6 } = await provision('k6', { cacheDir, onProgress: () => {}, signal });
  const processes = createProcesses();
  const ports = createPorts();
  const parent = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  const seen: Record<Form, number[]> = { 'one by one': [], batched: [] };
  try {
    for (const [i, form] of ORDER.entries()) {
      const folder = join(parent, String(i));
      seen[form].push(await ratePerSecond(form, { processes, port: await ports.take(), k6, folder, signal }));
    }
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(parent, { recursive: true, force: true });
  }
  const [oneByOne, batched] = [mean(seen['one by one']), mean(seen.batched)];
  return [
    told(`MLP at the model server, closed loop of ${VUS}, one by one`, `${Math.round(oneByOne)}/s`),
    told('… and batched', `${Math.round(batched)}/s`),
    atLeast('batched ÷ one by one', batched / oneByOne, LEAST_GAIN, '×'),
  ];
}

interface Setup {
  processes: Processes;
  port: number;
  k6: string;
  folder: string;
  signal: AbortSignal;
}

async function ratePerSecond(form: Form, { processes, port, k6, folder, signal }: Setup): Promise<number> {
  const server = startService(processes, {
    name: 'model-server',
    runs: { main: MAIN },
    port,
    config: {
      service: 'model-server',
      port,
      versions: ['mlp-1'],
      patterns: form === 'batched' ? { 'batch-inference': {} } : {},
    },
    folder,
    cores: null,
  });
  try {
    await waitUntilReady(server, signal);
    const logFile = join(folder, 'k6.log');
    const summaryFile = join(folder, 'summary.json');
    const env = {
      URL: `${server.address}/v2/models/digits/infer`,
      BODY,
      VUS,
      SECONDS,
      WITHIN_MS: 10_000,
      PAUSE_SECONDS: 0,
    };
    const { code } = await processes.start({
      name: 'k6',
      command: k6,
      args: [
        ...['run', '--quiet', '--no-usage-report', '--summary-export', summaryFile],
        ...Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
        SCRIPT,
      ],
      env: { ...process.env, K6_AUTO_EXTENSION_RESOLUTION: 'false', K6_NO_COLOR: 'true' },
      logFile,
    }).exited;
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`k6 ended with ${code}:\n${(await lastLines(logFile, 8)).join('\n')}`);
    const { metrics } = JSON.parse(await readFile(summaryFile, 'utf8')) as {
      metrics: { http_reqs: { rate: number }; http_req_failed: { value: number } };
    };
    if (metrics.http_req_failed.value > 0) throw new Error("some of k6's requests failed");
    return metrics.http_reqs.rate;
  } finally {
    await server.child.stop({ graceMs: 500 });
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
