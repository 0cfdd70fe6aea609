import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Verdict } from '#contract/verdict.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { startAlone } from '#harness/effects/system-alone.ts';
import { makePlainPool, pixelsOf } from '#sut/models/pool.ts';
import { system } from '#sut/system.ts';
import { topology } from '#sut/topology.ts';
import { SHORT, targetFolder } from '../integration/target-folder.ts';
import { pythonOf, startFastApi, startMlServer } from './start.ts';

// Servers and a client of others, as they come: what Gauntlet says of them, and what they say of our server.

const run = promisify(execFile);

function faultIn(folder: string) {
  const file = join(folder, 'reports/runs/latest/verdict.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as Verdict).experiments[0]!.faults[0];
}

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

test('a FastAPI server passes, and fails the gate with exit 3 once it is 30 ms slower', async ({ skip }) => {
  const python = await pythonOf('fastapi');
  if (python === undefined) return skip();
  const { folder, gauntlet, change } = targetFolder();
  const before = await startFastApi(python, join(folder, 'server'), 'server');
  expect((await gauntlet('init', `${before.url}/predict`)).output()).toContain(
    'gauntlet/experiments/predict.ts',
  );
  change('gauntlet/experiments/predict.ts', ...SHORT, [/^ +protocol:/m, "    answer: '/probabilities',\n$&"]);
  expect(readFileSync(join(folder, 'gauntlet/experiments/predict.ts'), 'utf8')).toContain("ready: '/health'");
  writeFileSync(join(folder, 'gauntlet/payloads/predict.jsonl'), await payloadsFrom(before.url));
  const load = await gauntlet('loadtest', '--allow', 'inconclusive');
  expect(load.code, load.output()).toBe(0);
  expect(load.output()).not.toContain('not checked');
  const pinning = await gauntlet('pin', 'latest');
  expect(pinning.code, pinning.output()).toBe(0);
  const calibration = await gauntlet('calibrate', '--pairs', '4');
  expect(calibration.code, calibration.output()).toBe(0);
  const chaos = await gauntlet('chaos');
  expect([0, 1, 2], chaos.output()).toContain(chaos.code);
  expect(faultIn(folder)).toMatchObject({ name: 'slow', bite: { held: true } });
  await gauntlet('loadtest');
  const unchanged = await gauntlet('gate', '--allow', 'inconclusive');
  expect(unchanged.code, unchanged.output()).toBe(0);
  await before.stop();
  await startFastApi(python, join(folder, 'slower'), 'slower', before.port);
  await gauntlet('loadtest');
  const slower = await gauntlet('gate', '--allow', 'inconclusive');
  expect(slower.code, slower.output()).toBe(3);
});

test('MLServer tells what it is, and is loaded and faulted as it is', async ({ skip }) => {
  const python = await pythonOf('mlserver');
  if (python === undefined) return skip();
  const { folder, gauntlet, change } = targetFolder();
  const { url } = await startMlServer(python, join(folder, 'server'));
  // It lists its models, so nobody has to name one.
  const made = await gauntlet('init', url);
  expect(made.code, made.output()).toBe(0);
  change('gauntlet/experiments/digits.ts', ...SHORT);
  const load = await gauntlet('loadtest', '--allow', 'inconclusive');
  expect(load.code, load.output()).toBe(0);
  expect(load.output()).toMatch(/faithful \(steady\) +>= 100 % +100 %/);
  const chaos = await gauntlet('chaos', '--fault', 'gone');
  expect([0, 1, 2], chaos.output()).toContain(chaos.code);
  expect(faultIn(folder)).toMatchObject({ name: 'gone', bite: { held: true }, goodput: 0 });
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
