import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPorts } from '#harness/effects/ports.ts';
import { type ChildHandle, lastLines, type Processes } from '#harness/effects/process.ts';
import { modelFile } from '#sut/models/catalog.ts';

const READY_MS = 60_000;
const START = 'import sys; from mlserver.cli import main; sys.argv[0] = "mlserver"; main()';

/** MLServer with MLP and the runtime beside this file; resolves to its address when the model is ready. */
export async function startMlServer(python: string, processes: Processes, folder: string): Promise<string> {
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
  await untilReady(`${address}/v2/models/digits/ready`, child, logFile);
  return address;
}

async function untilReady(url: string, child: ChildHandle, logFile: string): Promise<void> {
  for (const until = performance.now() + READY_MS; ; ) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (child.exit() !== null || performance.now() > until)
      throw new Error(`${url} is not ready:\n${(await lastLines(logFile, 20)).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
