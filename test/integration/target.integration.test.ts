import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fingerprintOf } from '#contract/fingerprint.ts';
import { fromEnv } from '#contract/target.ts';
import type { Verdict } from '#contract/verdict.ts';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { keepCalibration } from '#harness/effects/calibration-cache.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { startAlone } from '#harness/effects/system-alone.ts';
import { system } from '#sut/system.ts';
import { topology } from '#sut/topology.ts';
import { startSumServer } from './sum-server.ts';
import { SHORT, targetFolder } from './target-folder.ts';

// Servers that are somebody's own, tested from an empty folder.

async function startModelServer(folder: string): Promise<string> {
  const processes = createProcesses();
  onTestFinished(() => processes.stopAll());
  const running = await startAlone(system(), { topology, processes }, folder);
  return running.services.find(({ name }) => name === 'model-server')!.address;
}

function verdictIn(folder: string): Verdict {
  return JSON.parse(readFileSync(join(folder, 'reports/runs/latest/verdict.json'), 'utf8')) as Verdict;
}

const faultIn = (folder: string) => verdictIn(folder).experiments[0]!.faults[0];

test('a server of the Open Inference Protocol goes from init through load and faults to the gate', async () => {
  const { folder, gauntlet, change } = targetFolder();
  const url = await startModelServer(join(folder, 'server'));
  const nameless = await gauntlet('init', url);
  expect(nameless.output()).toContain('--model NAME');
  const made = await gauntlet('init', url, '--model', 'digits');
  expect(made.code, made.output()).toBe(0);
  const again = await gauntlet('init', url, '--model', 'digits');
  expect(again.code).toBe(64);
  expect(again.output()).toContain('gauntlet/experiments/digits.ts');
  change('gauntlet/experiments/digits.ts', ...SHORT);
  const load = await gauntlet('loadtest', '--allow', 'inconclusive');
  expect(load.code, load.output()).toBe(0);
  expect(load.output()).toContain(`requests to ${url}`);
  const gate = await gauntlet('gate', '--allow', 'inconclusive');
  expect(gate.code, gate.output()).toBe(0);
  // The same tensors as bytes, for one of the two plays with a fault.
  change('gauntlet/experiments/digits.ts', [/model: 'digits' \}/, "model: 'digits', binary: true }"]);
  // How soon it is well again is not the question here, on a machine with other work.
  const slow = await gauntlet('chaos', 'digits');
  expect([0, 1, 2], slow.output()).toContain(slow.code);
  expect(faultIn(folder)).toMatchObject({ name: 'slow', bite: { held: true } });
  expect(slow.output()).toMatch(/faithful \(steady\) +>= 100 % +100 %/);
  const gone = await gauntlet('chaos', 'digits', '--fault', 'gone');
  expect([0, 1, 2], gone.output()).toContain(gone.code);
  expect(faultIn(folder)).toMatchObject({ name: 'gone', bite: { held: true }, goodput: 0 });
});

const TOKEN = 'token-c8f3a1d2-that-is-nowhere';

/** A folder with an experiment on the server of sums, its payloads a CSV. */
async function sumsFolder({ checked = true } = {}) {
  const server = await startSumServer(TOKEN);
  const own = targetFolder({ SUM_TOKEN: TOKEN });
  for (const folder of ['experiments', 'payloads'])
    mkdirSync(join(own.folder, 'gauntlet', folder), { recursive: true });
  const rows = Array.from({ length: 50 }, (_, i) => `${i},${i / 4}${checked ? `,${i + i / 4}` : ''}`);
  const head = `width,height${checked ? ',sum' : ''}`;
  writeFileSync(join(own.folder, 'gauntlet/payloads/sums.csv'), `${[head, ...rows].join('\n')}\n`);
  const experiment = {
    name: 'sums',
    question: 'Does it add up?',
    target: {
      url: server.address,
      protocol: { name: 'json', path: '/sum' },
      ready: '/health',
      headers: { authorization: fromEnv('SUM_TOKEN', 'Bearer ') },
      payloads: '../payloads/sums.csv',
      request: { rows: [['$width', '$height']] },
      expected: ['$sum'],
      answer: '/result/sums',
      tolerance: 1e-5,
    },
    load: {
      scenario: 'steady',
      rate: { perSecond: 60 },
      deadlineMs: 1_000,
      clientTimeoutMs: 2_000,
      seconds: { warmUp: 1, steady: 7, fault: 3, recovery: 4 },
      loadtest: { steady: 4, trials: 3 },
    },
    faults: {},
    objectives: [{ name: 'correct', indicator: 'goodput', phase: 'steady', target: 0.9 }],
  };
  writeFileSync(
    join(own.folder, 'gauntlet/experiments/sums.mjs'),
    `export default ${JSON.stringify(experiment, null, 2)};\n`,
  );
  return { ...own, server };
}

test('a plain JSON server is asked with a token that no file holds, and a wrong answer is seen', async () => {
  const { gauntlet, filesWith, server } = await sumsFolder();
  const run = await gauntlet('loadtest');
  expect(run.code, run.output()).toBe(0);
  expect(run.output()).not.toContain('not checked');
  expect(run.output()).not.toContain(TOKEN);
  expect(filesWith(TOKEN)).toEqual([]);
  expect(filesWith('SUM_TOKEN').length).toBeGreaterThan(1);
  server.wrong = true;
  const wrong = await gauntlet('loadtest', 'sums', '--profile', 'quick', '--duration', '2');
  expect(wrong.code, wrong.output()).toBe(1);
});

test('a server that wants a token is asked what it is with that of the environment, which no file holds', async () => {
  const server = await startSumServer(TOKEN);
  const { folder, gauntlet, filesWith } = targetFolder({ SUM_TOKEN: TOKEN });
  const refused = await gauntlet('init', `${server.address}/sum`);
  expect(refused.code).toBe(64);
  expect(refused.output()).toContain('answers 401 when it is asked without a token');
  const typed = await gauntlet('init', `${server.address}/sum`, '--bearer', `${TOKEN}=`);
  expect(typed.code).toBe(64);
  expect(typed.output()).not.toContain(TOKEN);
  const made = await gauntlet(
    'init',
    `${server.address}/sum`,
    '--bearer',
    'SUM_TOKEN',
    '--header',
    'x-key=HOME',
  );
  expect(made.code, made.output()).toBe(0);
  const experiment = readFileSync(join(folder, 'gauntlet/experiments/sum.ts'), 'utf8');
  expect(experiment).toContain(
    "headers: { 'authorization': { fromEnv: 'SUM_TOKEN', prefix: 'Bearer ' }, 'x-key': { fromEnv: 'HOME' } },",
  );
  expect(filesWith(TOKEN)).toEqual([]);
});

test('a server that became 30 ms slower than its pin is a regression, and one that did not passes', async () => {
  const { gauntlet, server } = await sumsFolder({ checked: false });
  const load = await gauntlet('loadtest');
  expect(load.output()).toContain('Answers were not checked');
  expect((await gauntlet('pin', 'latest')).code).toBe(0);
  const known = { deviation: 0.05, pairs: 6, runId: 'aa', measuredAt: '' };
  const names = ['p50-response', 'p95-response', 'p99-response', 'median-service'];
  await keepCalibration(cacheDir, {
    schemaVersion: 1,
    experiment: 'sums',
    fingerprint: fingerprintOf(await describeMachine(false, 'target')),
    ratePerSecond: 60,
    metrics: Object.fromEntries(names.map((name) => [`steady-${name}-ms`, known])),
  });
  server.lateMs = 30;
  await gauntlet('loadtest');
  const slower = await gauntlet('gate');
  expect(slower.code, slower.output()).toBe(3);
  server.lateMs = 0;
  await gauntlet('loadtest');
  const same = await gauntlet('gate', '--allow', 'inconclusive');
  expect(same.code, same.output()).toBe(0);
});

test('a dependency of the target is faulted behind the port that the target was pointed at', async () => {
  const { folder, gauntlet, change, server } = await sumsFolder();
  const dependency = await startSumServer(TOKEN);
  const listen = await createPorts().take();
  server.dependsOn = `http://127.0.0.1:${listen}/health`;
  const links = { other: { listen, upstream: new URL(dependency.address).host } };
  change(
    'gauntlet/experiments/sums.mjs',
    [/"tolerance"/, `"links": ${JSON.stringify(links)}, "tolerance"`],
    [/"faults": \{\}/, '"faults": { "gone": { "fault": "down", "link": "target->other", "options": {} } }'],
  );
  const run = await gauntlet('chaos');
  expect([0, 1, 2], run.output()).toContain(run.code);
  expect(faultIn(folder)).toMatchObject({
    bite: { held: true, observed: expect.stringContaining('target_to_other is off') },
    goodput: 0,
  });
});

test('without its token, or on another machine, nothing is sent', async () => {
  const { folder, gauntlet, change } = await sumsFolder();
  const unset = await targetFolder({ SUM_TOKEN: '' }).gauntlet(
    'loadtest',
    join(folder, 'gauntlet/experiments/sums.mjs'),
  );
  expect(unset.code).toBe(64);
  expect(unset.output()).toContain('SUM_TOKEN is not set');
  const broken = await targetFolder({ SUM_TOKEN: 'sec\nret' }).gauntlet(
    'loadtest',
    join(folder, 'gauntlet/experiments/sums.mjs'),
  );
  expect(broken.code).toBe(64);
  expect(broken.output()).toContain('SUM_TOKEN has a line break');
  expect(broken.output()).not.toContain('ret');
  change('gauntlet/experiments/sums.mjs', [/"url": "[^"]*"/, '"url": "http://models.example:8000"']);
  const remote = await gauntlet('loadtest');
  expect(remote.code).toBe(64);
  expect(remote.output()).toContain('--allow-target models.example');
  const allowed = await gauntlet('loadtest', '--allow-target', 'models.example', '--dry-run');
  expect(allowed.code, allowed.output()).toBe(0);
  expect(allowed.output()).toContain('requests to http://models.example:8000');
});
