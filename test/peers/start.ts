import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { type ChildHandle, createProcesses, lastLines } from '#harness/effects/process.ts';
import { preparePython } from './python.ts';

// Servers that others wrote, started as their makers say, for tests that play against them.

const MODEL = fileURLToPath(new URL('../../sut/models/mlp-1.onnx', import.meta.url));
const READY_MS = 60_000;

/** The Python of a peer's folder; undefined, with a line that says why, where there is none. In CI that is an error. */
export async function pythonOf(peer: 'fastapi' | 'mlserver' | 'tritonclient'): Promise<string | undefined> {
  const prepared = await preparePython({
    requirements: folderOf(peer, 'requirements.txt'),
    cacheDir,
    onProgress: (line) => console.log(line),
    signal: new AbortController().signal,
  });
  if ('python' in prepared) return prepared.python;
  if (process.env['CI']) throw new Error(prepared.missing);
  console.warn(`skipped: ${prepared.missing}`);
  return undefined;
}

function folderOf(peer: string, file = ''): string {
  return fileURLToPath(new URL(`./${peer}/${file}`, import.meta.url));
}

/** FastAPI before ONNX Runtime, or the same 30 ms slower; resolves to its address when it answers. */
export async function startFastApi(python: string, folder: string, app: 'server' | 'slower', port?: number) {
  const at = port ?? (await createPorts().take());
  const server = ['uvicorn', `${app}:create_app`, '--factory', '--app-dir', folderOf('fastapi')];
  const args = ['-m', ...server, '--host', '127.0.0.1', '--port', String(at), '--log-level', 'warning'];
  const env = { ...process.env, PEER_MODEL: MODEL, PYTHONDONTWRITEBYTECODE: '1' };
  return startPeer({ python, args, env, folder, port: at, readyPath: '/health' });
}

/** MLServer with a runtime for ONNX; the same. */
export async function startMlServer(python: string, folder: string) {
  const ports = createPorts();
  const [port, grpc, metrics] = [await ports.take(), await ports.take(), await ports.take()];
  mkdirSync(folder, { recursive: true });
  const settings = {
    host: '127.0.0.1',
    http_port: port,
    grpc_port: grpc,
    metrics_port: metrics,
    parallel_workers: 0,
    debug: false,
  };
  const model = {
    name: 'digits',
    implementation: 'runtime.OnnxModel',
    parameters: { uri: MODEL, version: 'v1' },
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  writeFileSync(join(folder, 'model-settings.json'), JSON.stringify(model));
  const start = 'import sys; from mlserver.cli import main; sys.argv[0] = "mlserver"; main()';
  const env = { ...process.env, PYTHONPATH: folderOf('mlserver'), PYTHONDONTWRITEBYTECODE: '1' };
  const readyPath = '/v2/models/digits/ready';
  return startPeer({ python, args: ['-c', start, 'start', folder], env, folder, port, readyPath });
}

interface PeerStart {
  python: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  folder: string;
  port: number;
  readyPath: string;
}

async function startPeer({ python, args, env, folder, port, readyPath }: PeerStart) {
  mkdirSync(folder, { recursive: true });
  const processes = createProcesses();
  onTestFinished(() => processes.stopAll());
  const logFile = join(folder, 'peer.log');
  const child = processes.start({ name: 'peer', command: python, args, env, logFile, cores: null });
  await untilReady(`http://127.0.0.1:${port}${readyPath}`, child, logFile);
  return { url: `http://127.0.0.1:${port}`, port, stop: () => child.stop({ graceMs: 3_000 }) };
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
