import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { topology } from '#sut/topology.ts';
import { questionTo } from './question.ts';
import type { Side } from './side-by-side.ts';
import { untilUp } from './until-up.ts';

const SERVER = fileURLToPath(new URL('./echo-server.ts', import.meta.url));

/** Starts Fastify alone, which gives back the body it gets, lets it be asked, and stops it. */
export async function withEcho<T>(
  signal: AbortSignal,
  use: (side: Side & { pids: readonly (readonly ['echo', number])[] }, folder: string) => Promise<T>,
): Promise<T> {
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  try {
    const port = await createPorts().take();
    const logFile = join(folder, 'echo.log');
    const child = processes.start({
      name: 'echo',
      command: process.execPath,
      args: [SERVER, String(port)],
      env: { ...process.env, NODE_ENV: 'production' },
      logFile,
      cores: null,
    });
    const address = `http://127.0.0.1:${port}`;
    await untilUp(address, { child, logFile }, signal);
    // What it gives back is no answer of a model.
    const question = { ...(await questionTo('lin-1', 'JSON', 1)), check: () => {} };
    const url = `${address}${topology.inferPath}`;
    return await use({ url, question, connections: 64, pids: [['echo', child.pid!]] }, folder);
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(folder, { recursive: true, force: true });
  }
}
