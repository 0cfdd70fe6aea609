import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPorts } from '#harness/effects/ports.ts';
import type { ChildHandle, Processes } from '#harness/effects/process.ts';
import { modelFile } from '#sut/models/catalog.ts';
import { untilUp } from '../../bench/until-up.ts';

const SERVER = fileURLToPath(new URL('./server.py', import.meta.url));
export const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));

export interface FastapiStart {
  /** Takes its log. */
  folder: string;
  workers: number;
  signal: AbortSignal;
  /** Default: a free one. */
  port?: number;
  /** How much later every answer comes; default 0. */
  lateMs?: number;
}

/** FastAPI before ONNX Runtime, with MLP; resolves when it answers. */
export async function startFastapi(
  python: string,
  processes: Processes,
  { folder, workers, signal, port, lateMs = 0 }: FastapiStart,
): Promise<{ address: string; port: number; child: ChildHandle }> {
  const at = port ?? (await createPorts().take());
  const app = lateMs === 0 ? 'server:create_app' : 'late:create_app';
  const logFile = join(folder, 'fastapi.log');
  const child = processes.start({
    name: 'fastapi',
    command: python,
    args: [SERVER, modelFile('mlp-1'), String(at), '--workers', String(workers), '--app', app],
    // Python's own cache of compiled code would be left beside the script; ONNX Runtime is as silent as ours.
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      ORT_DISABLE_TELEMETRY: '1',
      PEER_LATE_MS: String(lateMs),
    },
    logFile,
    cores: null,
  });
  const address = `http://127.0.0.1:${at}`;
  await untilUp(`${address}/health`, { child, logFile }, signal);
  return { address, port: at, child };
}
