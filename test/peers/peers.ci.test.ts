import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Verdict } from '#contract/verdict.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { startAlone } from '#harness/effects/system-alone.ts';
import { makePlainPool, pixelsOf } from '#sut/models/pool.ts';
import { system } from '#sut/system.ts';
import { topology } from '#sut/topology.ts';
import { SHORT, targetFolder } from '../integration/target-folder.ts';
import { install, pack } from '../package/packed.ts';
import { startFastapi } from './fastapi/start.ts';
import { startMlServer } from './mlserver/start.ts';
import { pythonOf } from './python-of-peer.ts';

// Servers and a client of others, as they come: what Gauntlet says of them, and what they say of our server.

const run = promisify(execFile);

let parent: string;
/** Folder of the package as it is installed from its archive. */
let installed: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'gauntlet-peers-'));
  install(join(parent, 'user'), pack(parent).archive);
  installed = join(parent, 'user/node_modules/gauntlet');
}, 600_000);
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function experimentIn(folder: string) {
  const file = join(folder, 'reports/runs/latest/verdict.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as Verdict).experiments[0]!;
}

const faultIn = (folder: string) => experimentIn(folder).faults[0];
/** Of the run that was gated, against its pin. */
const medianIn = (folder: string) =>
  experimentIn(folder).regressions.find(({ metric }) => metric === 'steady-p50-response-ms')!;

/** Rows of the pool, with what the server says of each now. */
async function payloadsFrom(url: string): Promise<string> {
  const pool = makePlainPool({ seed: 1, size: 50 });
  const lines: string[] = [];
  for (let key = 0; key < 50; key += 1) {
    const request = { rows: [Array.from(pixelsOf(pool, key))] };
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${url}/predict`, { method: 'POST', headers, body: JSON.stringify(request) });
    const { probabilities } = (await reply.json()) as { probabilities: number[][] };
    lines.push(JSON.stringify({ request, expected: probabilities }));
  }
  return `${lines.join('\n')}\n`;
}

/** An experiment on a FastAPI server whose answers are known to be right, as `init` begins it. */
async function fastApiFolder(lateMs: number, skip: () => void) {
  const python = await pythonOf('fastapi');
  if (python === undefined) return skip();
  const own = targetFolder({}, installed);
  const processes = createProcesses();
  onTestFinished(() => processes.stopAll());
  const { signal } = new AbortController();
  const start = async (late: number, at: { port?: number } = {}) => {
    const folder = join(own.folder, `late-${late}`);
    mkdirSync(folder);
    return startFastapi(python, processes, { folder, workers: 1, lateMs: late, signal, ...at });
  };
  const server = await start(lateMs);
  const made = await own.gauntlet('init', `${server.address}/predict`);
  expect(made.output()).toContain('gauntlet/experiments/predict.ts');
  const file = 'gauntlet/experiments/predict.ts';
  own.change(file, ...SHORT, [/^ +protocol:/m, "    answer: '/probabilities',\n$&"]);
  expect(readFileSync(join(own.folder, file), 'utf8')).toContain("ready: '/health'");
  writeFileSync(join(own.folder, 'gauntlet/payloads/predict.jsonl'), await payloadsFrom(server.address));
  return {
    ...own,
    /** Loads it and keeps that as what it is held against, with what this machine can see. */
    async pin() {
      for (const words of [
        ['loadtest', '--allow', 'inconclusive'],
        ['pin', 'latest'],
        ['calibrate', '--pairs', '4'],
      ]) {
        const step = await own.gauntlet(...words);
        expect(step.code, step.output()).toBe(0);
        expect(step.output()).not.toContain('not checked');
      }
    },
    /** The exit code of the gate after another run. */
    async gate() {
      await own.gauntlet('loadtest');
      const { code, output } = await own.gauntlet('gate', '--allow', 'inconclusive');
      return { code, output: output() };
    },
    async replaceBy(late: number) {
      await server.child.stop({ graceMs: 3_000 });
      await start(late, { port: server.port });
    },
  };
}

/** How soon it is well again is not the question here, on a machine with other work. */
async function seeFaults({ folder, gauntlet }: Pick<ReturnType<typeof targetFolder>, 'folder' | 'gauntlet'>) {
  const slow = await gauntlet('chaos');
  expect([0, 1, 2], slow.output()).toContain(slow.code);
  expect(faultIn(folder)).toMatchObject({ name: 'slow', bite: { held: true } });
  const gone = await gauntlet('chaos', '--fault', 'gone');
  expect([0, 1, 2], gone.output()).toContain(gone.code);
  expect(faultIn(folder)).toMatchObject({ name: 'gone', bite: { held: true }, goodput: 0 });
}

test('a FastAPI server passes, and fails the gate with exit 3 once it is 30 ms slower', async ({ skip }) => {
  const mine = await fastApiFolder(0, skip);
  if (!mine) return;
  await mine.pin();
  await seeFaults(mine);
  const unchanged = await mine.gate();
  expect(unchanged.code, unchanged.output).toBe(0);
  await mine.replaceBy(30);
  const slower = await mine.gate();
  expect(slower.code, slower.output).toBe(3);
});

test('a FastAPI server fails the gate with exit 3 once its median takes a fifth longer', async ({ skip }) => {
  // Of work of a usual length: of two milliseconds a fifth is less than this machine can see.
  const usualMs = 30;
  const mine = await fastApiFolder(usualMs, skip);
  if (!mine) return;
  await mine.pin();
  const unchanged = await mine.gate();
  expect(unchanged.code, unchanged.output).toBe(0);
  await mine.replaceBy(usualMs + 0.2 * medianIn(mine.folder).now!);
  const slower = await mine.gate();
  expect(slower.code, slower.output).toBe(3);
  expect(medianIn(mine.folder)).toMatchObject({ outcome: 'regression', effect: expect.closeTo(1.2, 1) });
});

test('MLServer tells what it is, and is loaded and faulted as it is', async ({ skip }) => {
  const python = await pythonOf('mlserver');
  if (python === undefined) return skip();
  const { folder, gauntlet, change } = targetFolder({}, installed);
  const processes = createProcesses();
  onTestFinished(() => processes.stopAll());
  const { address: url } = await startMlServer(python, processes, {
    folder: join(folder, 'server'),
    signal: AbortSignal.timeout(60_000),
  });
  // It lists its models, so nobody has to name one.
  const made = await gauntlet('init', url);
  expect(made.code, made.output()).toBe(0);
  change('gauntlet/experiments/digits.ts', ...SHORT);
  const load = await gauntlet('loadtest', '--allow', 'inconclusive');
  expect(load.code, load.output()).toBe(0);
  expect(load.output()).toMatch(/faithful \(steady\) +>= 100 % +100 %/);
  const gate = await gauntlet('gate', '--allow', 'inconclusive');
  expect(gate.code, gate.output()).toBe(0);
  await seeFaults({ folder, gauntlet });
});

test("Triton's own client gets on with our server, as JSON and as bytes", async ({ skip }) => {
  const python = await pythonOf('tritonclient');
  if (python === undefined) return skip();
  const { folder } = targetFolder();
  mkdirSync(join(folder, 'server'));
  const processes = createProcesses();
  onTestFinished(() => processes.stopAll());
  const { services } = await startAlone(system(), { topology, processes }, join(folder, 'server'));
  for (const { address } of services) {
    const script = fileURLToPath(new URL('./tritonclient/ask.py', import.meta.url));
    const { stdout } = await run(python, [script, new URL(address).host, 'digits']);
    const said = JSON.parse(stdout) as { json: number[][]; binary: number[][] };
    expect(said).toMatchObject({
      live: true,
      ready: true,
      modelReady: true,
      extensions: ['binary_tensor_data'],
      inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 64] }],
    });
    expect(said.binary).toEqual(said.json);
    expect(said.json.map((row) => row.reduce((sum, one) => sum + one, 0))).toEqual([
      expect.closeTo(1, 5),
      expect.closeTo(1, 5),
    ]);
  }
});
