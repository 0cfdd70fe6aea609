import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { EXIT } from '#contract/exit-codes.ts';
import { METRICS } from '#contract/metrics.ts';
import type { Board, Panel } from '#dashboards/board.ts';
import { boards } from '#dashboards/index.ts';
import { shading } from '#dashboards/queries.ts';
import { burnRateRules } from '#dashboards/rules/burn-rate.ts';
import { readObjectives } from '#harness/cli/objectives.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { WORKBOOK } from '#slo/burn-rates.ts';
import { readRecord, start } from '../integration/running.ts';
import { onPath, type Prometheus, type Series, startPrometheus } from './prometheus.ts';
import { rulesInTime } from './rules-in-time.ts';

// Every panel's and every rule's query is asked of a real Prometheus that watched a run through its faults.

const [prometheus, promtool] = ['prometheus', 'promtool'].map(onPath);
const isMissing = prometheus === undefined || promtool === undefined;
const MISSING = "no prometheus and promtool on PATH (Debian: 'apt-get install prometheus')";
if (isMissing && !process.env['CI']) console.warn(`skipped: ${MISSING}`);

const rulesFile = fileURLToPath(new URL('../../dashboards/generated/rules.yaml', import.meta.url));
const rules = burnRateRules((await readObjectives()).byName, WORKBOOK).groups.flatMap(({ rules }) => rules);
const panels = Object.entries<Board>(boards).flatMap(([board, { rows }]) =>
  rows.flatMap(({ panels }) => panels.map((panel) => [board, panel.title, panel] as const)),
);

/** What Grafana puts in for four scrapes, and one more. */
const RATE_INTERVAL = '5s';
const asked = (expr: string) => expr.replaceAll('$__rate_interval', RATE_INTERVAL);
/** Requests per second of either experiment; in the burst eight times as many jobs come. */
const RATE = '30';
/** After its last scrape Prometheus shows a value at the next whole second. */
const SHOWN_MS = 2_000;

let watching: Prometheus;
let span: [from: number, to: number];

beforeAll(async () => {
  if (isMissing && !process.env['CI']) return;
  if (isMissing) throw new Error(MISSING);
  const ports = createPorts();
  const [port, harnessPort] = [await ports.take(), await ports.take()];
  const from = Math.floor(Date.now() / 1000);
  watching = await startPrometheus(prometheus!, { port, harnessPort, rules: rulesFile });
  const experiments = ['breaker', 'jobs'].map((name) => `./test/fixtures/experiments/watched-${name}.ts`);
  const run = start(['chaos', ...experiments, '--rate', RATE, '--metrics-port', String(harnessPort)]);
  try {
    const { code } = await run.exit;
    // Whether the objectives were kept on a busy machine is not asked here.
    expect([EXIT.pass, EXIT.fail, EXIT.undecided], run.output()).toContain(code);
    await sleep(SHOWN_MS);
    span = [from, Math.floor(Date.now() / 1000)];
    const errors = readRecord(run.out).experiments.flatMap(({ trials }) => trials.map(({ error }) => error));
    expect(errors, run.output()).toEqual([null, null]);
    expect(run.processes()).toEqual([]);
  } finally {
    run.remove();
  }
}, 400_000);
afterAll(() => watching?.stop());

const range = (expr: string) => watching.range(asked(expr), ...span);

function panelOf(board: keyof typeof boards, title: string): Panel {
  return panels.find(([name, its]) => name === board && its === title)![2];
}

/** Of all series together, at the seconds of a span. */
function meanIn(series: readonly Series[], [from, to]: [number, number]): number {
  const values = series.flatMap((one) =>
    [...one.values].filter(([at]) => at >= from && at <= to).map(([, value]) => value),
  );
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The last seconds of the steady phase before a fault, and of the fault. */
async function spansOf(fault: string) {
  const [active] = await range(`${METRICS.faultActive}{fault="${fault}"} == 1`);
  const seconds = [...active!.values.keys()].toSorted((a, b) => a - b);
  const [injected, healed] = [seconds[0]!, seconds.at(-1)!];
  return {
    steady: [injected - 3, injected - 1] as [number, number],
    fault: [healed - 2, healed] as [number, number],
  };
}

// In CI they run whatever is missing, and fail.
describe.skipIf(isMissing && !process.env['CI'])('a Prometheus that watches a run', () => {
  test.each(panels)('has data for every query of %s: %s', async (_board, _title, panel) => {
    for (const { expr } of panel.queries) {
      const series = await range(expr);
      expect(
        series.some(({ values }) => values.size > 0),
        `nothing comes back for ${expr}`,
      ).toBe(true);
    }
  });

  test.each(rules.map((rule) => [JSON.stringify(rule.labels), rule.expr] as const))(
    'has data for the rule %s: %s',
    async (_, expr) => {
      const series = await range(expr);
      expect(series.some(({ values }) => values.size > 0)).toBe(true);
    },
  );

  test('has data for what shades every board, of each fault', async () => {
    const faults = (await range(shading)).map(({ labels }) => labels['fault']);
    expect(faults.toSorted()).toEqual(['burst', 'latency']);
  });

  test('recorded every ratio, and rang the alerts', async () => {
    for (const rule of rules) {
      const series =
        'record' in rule
          ? `${rule.record}{slo="${rule.labels!['slo']}"}`
          : `ALERTS{alertname="${rule.alert}"}`;
      expect(await range(series), series).not.toEqual([]);
    }
  });

  test.each([
    ['circuit-breaker', 'State', 'latency', 'more'],
    ['prediction-cache', 'Hit ratio', 'latency', 'less'],
    ['batch-inference', 'Rows in a run', 'burst', 'more'],
    ['batch-inference', 'Queue', 'burst', 'more'],
    ['async', 'Jobs that wait or are under way', 'burst', 'more'],
  ] as const)(
    'sees in %s: %s that a fault %s makes it at least twice or half of what it was: %s',
    async (board, title, fault, change) => {
      const spans = await spansOf(fault);
      const series = await range(panelOf(board, title).queries[0].expr);
      const [steady, faulted] = [meanIn(series, spans.steady), meanIn(series, spans.fault)];
      if (change === 'less') expect(faulted).toBeLessThanOrEqual(steady / 2);
      else expect(faulted).toBeGreaterThanOrEqual(2 * steady);
      expect(faulted).not.toBe(steady);
    },
  );

  test('saw phases, fault and verdict of each experiment', async () => {
    for (const fault of ['latency', 'burst']) {
      const { steady } = await spansOf(fault);
      const phase = await range(`${METRICS.phaseInfo}{phase="steady"}`);
      expect(meanIn(phase, [steady[0], steady[0]])).toBe(1);
    }
    const verdicts = await range(METRICS.verdict);
    expect(verdicts.map(({ labels }) => labels['experiment']).toSorted()).toEqual([
      'watched-breaker',
      'watched-jobs',
    ]);
  });

  test('would tell of a query without data, and of one that does not parse', async () => {
    expect(await range('nobody_publishes_this')).toEqual([]);
    await expect(range('sum (')).rejects.toThrow('parse error');
  });
});

describe.skipIf(isMissing && !process.env['CI'])('promtool', () => {
  const tell = async (...args: string[]) => (await promisify(execFile)(promtool!, args)).stdout;

  test('finds nothing wrong with the rules', async () => {
    expect(await tell('check', 'rules', rulesFile)).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  test('finds nothing wrong with the configuration of docker-compose.yml', async () => {
    const config = fileURLToPath(new URL('../../dashboards/prometheus.yml', import.meta.url));
    expect(await tell('check', 'config', '--syntax-only', config)).toContain('SUCCESS');
  });

  test('sees the pages ring in an outage and not before it, and each end when its short window is quiet', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gauntlet-rules-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'rules-in-time.yaml');
    writeFileSync(file, stringify(rulesInTime(rulesFile)));
    expect(await tell('test', 'rules', file)).toContain('SUCCESS');
  });
});
