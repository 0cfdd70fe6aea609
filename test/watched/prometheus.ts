import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';

// A real Prometheus that watches a run of the harness through --metrics-port.

/** Seconds. */
const SCRAPE_SECONDS = 1;
const READY_MS = 20_000;

/** One series of an answer, its values by Unix second. */
export interface Series {
  labels: Record<string, string>;
  values: Map<number, number>;
}

export interface Prometheus {
  /** The values of a query at every second of a span; rejects with its words where it does not parse. */
  range(query: string, fromSeconds: number, toSeconds: number): Promise<Series[]>;
  stop(): Promise<void>;
}

export function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Starts it with these rules; it hears of the services from the harness at that port. */
export async function startPrometheus(
  binary: string,
  { port, harnessPort, rules }: { port: number; harnessPort: number; rules: string },
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'gauntlet-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, stringify(configFor(harnessPort, rules)));
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ];
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  const address = `http://127.0.0.1:${port}`;
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([ready(address), ended.then(() => Promise.reject(new Error(words)))]);
  } catch (error) {
    await stop();
    throw new Error(`Prometheus did not get ready: ${(error as Error).message}\n${words}`);
  }
  return { range: (...asked) => range(address, ...asked), stop };
}

function configFor(harnessPort: number, rules: string) {
  const harness = `127.0.0.1:${harnessPort}`;
  const every = `${SCRAPE_SECONDS}s`;
  return {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [rules],
    scrape_configs: [
      { job_name: 'harness', static_configs: [{ targets: [harness] }] },
      {
        job_name: 'services',
        http_sd_configs: [{ url: `http://${harness}/targets`, refresh_interval: every }],
      },
    ],
  };
}

async function ready(address: string): Promise<void> {
  for (const until = Date.now() + READY_MS; Date.now() < until; ) {
    const answer = await fetch(`${address}/-/ready`).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error('it does not answer');
}

interface Answer {
  status: string;
  error?: string;
  data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
}

async function range(address: string, query: string, start: number, end: number): Promise<Series[]> {
  const asked = new URLSearchParams({ query, start: `${start}`, end: `${end}`, step: '1' });
  const answer = (await (await fetch(`${address}/api/v1/query_range?${asked}`)).json()) as Answer;
  if (answer.status !== 'success') throw new Error(`${query}: ${answer.error}`);
  return answer.data.result.map(({ metric, values }) => ({
    labels: metric,
    // What is no number, as a quantile of nothing, is no value.
    values: new Map(
      values
        .map(([at, value]): [number, number] => [at, Number(value)])
        .filter(([, value]) => Number.isFinite(value)),
    ),
  }));
}
