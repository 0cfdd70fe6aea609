import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPorts } from '#harness/effects/ports.ts';
import type { ChildHandle, Processes } from '#harness/effects/process.ts';
import { modelFile } from '#sut/models/catalog.ts';
import { untilUp } from '../../bench/until-up.ts';

export const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const START = 'import sys; from mlserver.cli import main; sys.argv[0] = "mlserver"; main()';

export interface MlServerStart {
  /** Takes its settings and its log. */
  folder: string;
  signal: AbortSignal;
  /** How many requests make a run, and how long it may wait for them; none are put together by default. */
  batching?: { requests: number; seconds: number };
}

/** MLServer with MLP and the runtime beside this file; resolves when the model is ready. */
export async function startMlServer(
  python: string,
  processes: Processes,
  { folder, signal, batching }: MlServerStart,
): Promise<{ address: string; child: ChildHandle }> {
  const ports = createPorts();
  const port = await ports.take();
  mkdirSync(folder, { recursive: true });
  const settings = {
    host: '127.0.0.1',
    http_port: port,
    grpc_port: await ports.take(),
    metrics_port: await ports.take(),
    parallel_workers: 0,
    debug: false,
  };
  const model = {
    name: 'digits',
    implementation: 'runtime.OnnxModel',
    ...(batching ? { max_batch_size: batching.requests, max_batch_time: batching.seconds } : {}),
    parameters: { uri: modelFile('mlp-1'), version: 'v1' },
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  writeFileSync(join(folder, 'model-settings.json'), JSON.stringify(model));
  const logFile = join(folder, 'mlserver.log');
  const child = processes.start({
    name: 'mlserver',
    command: python,
    args: ['-c', START, 'start', folder],
    env: {
      ...process.env,
      PYTHONPATH: import.meta.dirname,
      PYTHONDONTWRITEBYTECODE: '1',
      ORT_DISABLE_TELEMETRY: '1',
    },
    logFile,
    cores: null,
  });
  const address = `http://127.0.0.1:${port}`;
  await untilUp(`${address}/v2/models/digits/ready`, { child, logFile }, signal, ({ ok }) => ok);
  return { address, child };
}
