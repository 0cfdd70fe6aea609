import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { untilUp } from './until-up.ts';

const processes = createProcesses();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-until-up-'));
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(folder, { recursive: true });
});

function start(script: string) {
  const logFile = join(folder, 'server.log');
  const options = { name: 'server', command: process.execPath, args: ['-e', script], logFile };
  return { child: processes.start(options), logFile };
}

test('a server is waited for until it answers', async () => {
  const port = await createPorts().take();
  const started = start(
    `setTimeout(() => require('node:http').createServer((_, r) => r.end()).listen(${port}, '127.0.0.1'), 200)`,
  );
  await untilUp(`http://127.0.0.1:${port}`, started, new AbortController().signal);
});

test('one that ends before it answers is told with the end of its log', async () => {
  const port = await createPorts().take();
  const started = start(`console.error('no model here'); process.exitCode = 3`);
  await expect(untilUp(`http://127.0.0.1:${port}`, started, new AbortController().signal)).rejects.toThrow(
    'server ended before it answered: exit 3.\n  Its log ends:\n  no model here',
  );
});

test('who asked can stop waiting', async () => {
  const port = await createPorts().take();
  const waiting = untilUp(
    `http://127.0.0.1:${port}`,
    start('setInterval(() => {}, 1_000)'),
    AbortSignal.timeout(200),
  );
  await expect(waiting).rejects.toThrow('timeout');
});
