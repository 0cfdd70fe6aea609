import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect as open, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faults } from '#chaos/index.ts';
import type { FaultAction } from '#contract/fault.ts';
import { cacheDir } from '../cli/cache-dir.ts';
import { createPorts } from './ports.ts';
import { createProcesses, type Processes } from './process.ts';
import { provision } from './provision/provision.ts';
import { controlToxiproxy, type ToxiproxyControl } from './toxiproxy.ts';

const link = 'gateway->model-server';
/** Long enough for an answer over loopback, and for the end of a connection to arrive. */
const SOON_MS = 300;

let folder: string;
let processes: Processes;
let server: Server;
let control: ToxiproxyControl;
let port: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-toxiproxy-'));
  processes = createProcesses();
  const ports = createPorts();
  const [controlPort, upstreamPort] = [await ports.take(), await ports.take()];
  port = await ports.take();
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => socket.write(data));
  });
  await new Promise<void>((resolve) => server.listen(upstreamPort, '127.0.0.1', resolve));
  const { path } = await provision('toxiproxy', { cacheDir, onProgress: () => {} });
  const child = processes.start({
    name: 'toxiproxy',
    command: path,
    args: ['-host', '127.0.0.1', '-port', String(controlPort)],
    env: { ...process.env, LOG_LEVEL: 'error' },
    logFile: join(folder, 'toxiproxy.log'),
  });
  control = await controlToxiproxy(child, controlPort);
  await control.addProxy(link, port, upstreamPort);
});

afterEach(async () => {
  await processes.stopAll({ graceMs: 0 });
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A client of the link; `end` says how its connection ended, or that it is open. */
interface Client {
  socket: Socket;
  /** Sends a word; resolves to what came back soon, or to ''. */
  ask(): Promise<string>;
  end(): string;
}

async function client(): Promise<Client> {
  const socket = open({ host: '127.0.0.1', port, allowHalfOpen: false });
  let end = 'open';
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end = error.code!;
  });
  socket.on('end', () => {
    end = 'FIN';
  });
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('error', () => resolve());
  });
  return {
    socket,
    async ask() {
      answer = '';
      if (!socket.destroyed) socket.write('hello');
      await sleep(SOON_MS);
      return answer;
    },
    end: () => end,
  };
}

async function perform(actions: readonly FaultAction[]): Promise<void> {
  for (const action of actions) {
    if (action.do === 'add-toxic') await control.addToxic(action);
    else if (action.do === 'remove-toxic') await control.removeToxic(action.link, action.name);
    else if (action.do === 'set-proxy') await control.setProxy(action.link, action.enabled);
  }
}

/** What holds after every heal. */
async function expectWell(): Promise<void> {
  expect(await control.residue()).toEqual([]);
  const later = await client();
  expect(await later.ask()).toBe('hello');
  expect(later.end()).toBe('open');
  later.socket.destroy();
}

describe('down', () => {
  const { inject, heal } = faults.down.script({}, { link });

  test('closes what is open and refuses what is new, until it is healed', async () => {
    const before = await client();
    expect(await before.ask()).toBe('hello');
    await perform(inject);
    expect(await control.residue()).toEqual(['gateway_to_model-server is off']);
    expect(await before.ask()).toBe('');
    expect(before.end()).toBe('FIN');
    expect((await client()).end()).toBe('ECONNREFUSED');
    await perform(heal);
    await expectWell();
  });
});

describe('timeout', () => {
  const { inject, heal } = faults.timeout.script({}, { link });

  test('answers nothing on connections that stay open, and closes them when it is healed', async () => {
    const before = await client();
    expect(await before.ask()).toBe('hello');
    await perform(inject);
    expect(await control.residue()).toEqual(['timeout on gateway_to_model-server']);
    const during = await client();
    expect([await before.ask(), await during.ask()]).toEqual(['', '']);
    expect([before.end(), during.end()]).toEqual(['open', 'open']);
    await perform(heal);
    await sleep(SOON_MS);
    expect([before.end(), during.end()]).toEqual(['FIN', 'FIN']);
    await expectWell();
  });
});

describe('reset', () => {
  const { inject, heal } = faults.reset.script({}, { link });

  test('resets (RST) every connection where its answer should have come', async () => {
    const before = await client();
    // Else the proxy may not have taken it yet, only the kernel.
    expect(await before.ask()).toBe('hello');
    await perform(inject);
    expect(await control.residue()).toEqual(['reset on gateway_to_model-server']);
    await sleep(SOON_MS);
    expect(before.end()).toBe('FIN');
    for (let i = 0; i < 3; i += 1) {
      const during = await client();
      expect(await during.ask()).toBe('');
      expect(during.end()).toBe('ECONNRESET');
    }
    await perform(heal);
    await expectWell();
  });

  test('the toxic alone ends an open connection without a reset: hence they are closed after it', async () => {
    const before = await client();
    expect(await before.ask()).toBe('hello');
    await perform(inject.filter((action) => action.do === 'add-toxic'));
    expect(await before.ask()).toBe('');
    expect(before.end()).toBe('FIN');
  });

  test('leaves no connection behind that is reset later: those that it armed end with the heal', async () => {
    await perform(inject);
    const armed = await client();
    await sleep(SOON_MS);
    expect(armed.end()).toBe('open');
    await perform(heal.filter((action) => action.do === 'remove-toxic'));
    // Well by all that it can be asked, and still armed.
    expect(await armed.ask()).toBe('hello');
    await perform(heal.filter((action) => action.do === 'set-proxy'));
    await sleep(SOON_MS);
    expect(armed.end()).toBe('ECONNRESET');
    await expectWell();
  });
});

test('healing everything turns proxies on and removes toxics', async () => {
  await perform(faults.latency.script({ latencyMs: 50, jitterMs: 0 }, { link }).inject);
  await control.setProxy(link, false);
  expect(await control.residue()).toEqual([
    'gateway_to_model-server is off',
    'latency on gateway_to_model-server',
  ]);
  await control.healAll();
  await expectWell();
});

test('a dangerous toxic is refused before it is sent', async () => {
  const toxic = { name: 'slow', type: 'bandwidth', stream: 'downstream', toxicity: 1 } as const;
  const adding = control.addToxic({ do: 'add-toxic', link, toxic: { ...toxic, attributes: { rate: 0 } } });
  await expect(adding).rejects.toThrow("'rate' of toxic 'bandwidth' is 0");
  await expectWell();
});
