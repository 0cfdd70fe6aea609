import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Verdict } from '#contract/verdict.ts';
import { startSumServer } from './sum-server.ts';
import { targetFolder } from './target-folder.ts';

// `compare --against-target`: the new server and the one before, both up, in turns.

const TOKEN = 'token-of-both';

/** The experiment names the new server; both are asked for the same sums, with the same token. */
async function bothServers() {
  const [now, before] = [await startSumServer(TOKEN), await startSumServer(TOKEN)];
  const own = targetFolder({ SUM_TOKEN: TOKEN });
  mkdirSync(join(own.folder, 'gauntlet/experiments'), { recursive: true });
  const payloads = Array.from({ length: 50 }, (_, i) => ({
    request: { rows: [[i, i / 4]] },
    expected: [i + i / 4],
  }));
  writeFileSync(join(own.folder, 'sums.jsonl'), payloads.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const experiment = {
    name: 'sums',
    question: 'Has it become worse at adding up?',
    target: {
      url: now.address,
      protocol: { name: 'json', path: '/sum' },
      ready: '/health',
      headers: { authorization: { fromEnv: 'SUM_TOKEN', prefix: 'Bearer ' } },
      answer: '/result/sums',
      tolerance: 1e-4,
      payloads: '../../sums.jsonl',
    },
    load: {
      scenario: 'steady',
      rate: { perSecond: 100 },
      deadlineMs: 1_000,
      clientTimeoutMs: 2_000,
      seconds: { warmUp: 1, steady: 4, fault: 0, recovery: 0 },
      loadtest: { steady: 4, trials: 3 },
    },
    faults: {},
    objectives: [{ name: 'correct-in-time', indicator: 'goodput', phase: 'steady', target: 0.9 }],
  };
  writeFileSync(
    join(own.folder, 'gauntlet/experiments/sums.mjs'),
    `export default ${JSON.stringify(experiment)};\n`,
  );
  const compare = () => own.gauntlet('compare', 'sums', '--against-target', before.address);
  const verdict = () =>
    JSON.parse(readFileSync(join(own.folder, 'reports/runs/latest/verdict.json'), 'utf8')) as Verdict;
  return { now, before, compare, verdict, ...own };
}

test('a server that is slower than the one before is a regression, and the gate says so too', async () => {
  const { now, before, compare, verdict, gauntlet, filesWith } = await bothServers();
  now.lateMs = 40;
  const run = await compare();
  expect(run.code, run.output()).toBe(3);
  expect(run.output()).toContain(`It is worse than the server at ${before.address}`);
  const { regressions, figures } = verdict().experiments[0]!;
  expect(figures?.asked.against).toEqual({ variant: 'against-target', url: before.address });
  expect(regressions.find(({ metric }) => metric === 'steady-p50-response-ms')).toMatchObject({
    against: 'against-target',
    outcome: 'regression',
  });
  const gate = await gauntlet('gate', 'latest');
  expect(gate.code, gate.output()).toBe(3);
  expect(filesWith(TOKEN)).toEqual([]);
});

test('a server that is faster is none, and wrong answers of the one before are not counted against it', async () => {
  const { before, compare, verdict } = await bothServers();
  before.lateMs = 40;
  before.wrong = true;
  const run = await compare();
  expect(run.code, run.output()).toBe(0);
  expect(verdict().experiments[0]!.regressions.map(({ outcome }) => outcome)).not.toContain('regression');
});

test('what can not be held against each other is refused before anything is sent', async () => {
  const { now, gauntlet } = await bothServers();
  const refused = async (url: string, name = 'sums') => {
    const { code, output } = await gauntlet('compare', name, '--against-target', url);
    expect(code, output()).toBe(64);
    return output();
  };
  expect(await refused(now.address)).toContain("is the target of 'sums' itself");
  expect(await refused('http://models.example:8000')).toContain('--allow-target models.example');
  expect(await refused('http://127.0.0.1:8000/path')).toContain("the path '/path'");
  expect(await refused('http://127.0.0.1:8000', 'steady-1000')).toContain('has no target');
});
