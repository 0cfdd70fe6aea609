import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines } from '#harness/effects/process.ts';
import { asProcesses } from '#harness/effects/runtimes/as-processes.ts';
import { startService, waitUntilReady } from '#harness/effects/services.ts';
import type { Figures } from './arithmetic.ts';
import { type Bench, SERVER_MAIN, serverConfig, stallAt } from './bench.ts';
import {
  INFER_PATH,
  OWN_VUS,
  RATE_PER_SECOND,
  REQUEST,
  SECONDS,
  SERVICE_MS,
  STALL_AFTER_MS,
  WITHIN_MS,
} from './setup.ts';

/** The script's file beside the other fixtures. */
export type OwnScript = 'closed-loop' | 'arrival-rate';

/** What k6 itself says at the end of a test. */
export interface K6Play {
  stallMs: number;
  seen: Figures;
  /** Iterations that k6 left out because no virtual user was free. */
  dropped: number;
  /** By k6's own threshold. */
  passed: boolean;
}

const THRESHOLDS_CROSSED = 99;

/** Plays a plain k6 script at the same server, with the same stall. */
export async function playK6(script: OwnScript, bench: Bench): Promise<K6Play> {
  const { processes, signal, machine } = bench;
  const folder = join(bench.folder, script);
  const port = await bench.ports.take();
  const server = await startService(asProcesses(processes), {
    name: 'gateway',
    runs: { main: SERVER_MAIN },
    port,
    config: serverConfig(port),
    folder,
    cores: machine.pinnedCores?.services ?? null,
  });
  try {
    await waitUntilReady(server, signal);
    const summaryFile = join(folder, 'summary.json');
    const logFile = join(folder, 'k6.log');
    const k6 = startOwn(bench, script, { url: `${server.address}${INFER_PATH}`, summaryFile, logFile });
    const stamps = await stallAt(Date.now() + STALL_AFTER_MS, server.address, signal);
    const { code } = await k6.exited;
    signal.throwIfAborted();
    if (code !== 0 && code !== THRESHOLDS_CROSSED)
      throw new Error(`k6 (${script}) ended with ${code}:\n${(await lastLines(logFile, 8)).join('\n')}`);
    return {
      stallMs: stamps.wentOnAt - stamps.stoppedAt,
      ...readSummary(await readFile(summaryFile, 'utf8')),
      passed: code === 0,
    };
  } finally {
    await server.child.stop({ graceMs: 500 });
  }
}

function startOwn(
  { processes, k6, machine }: Bench,
  script: OwnScript,
  { url, summaryFile, logFile }: { url: string; summaryFile: string; logFile: string },
) {
  const file = fileURLToPath(new URL(`../fixtures/k6/${script}.js`, import.meta.url));
  const env = {
    URL: url,
    BODY: REQUEST.body,
    VUS: OWN_VUS,
    RATE: RATE_PER_SECOND,
    SECONDS,
    WITHIN_MS,
    // So that together they ask as often as the other loads do.
    PAUSE_SECONDS: OWN_VUS / RATE_PER_SECOND - (2 * SERVICE_MS) / 1000,
  };
  return processes.start({
    name: 'k6',
    command: k6,
    args: [
      ...['run', '--quiet', '--no-usage-report'],
      ...['--summary-export', summaryFile, '--summary-trend-stats', 'p(99)'],
      ...Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
      file,
    ],
    env: { ...process.env, K6_AUTO_EXTENSION_RESOLUTION: 'false', K6_NO_COLOR: 'true' },
    logFile,
    cores: machine.pinnedCores?.load ?? null,
    niceness: machine.generatorNiceness,
  });
}

interface Summary {
  metrics: {
    http_req_duration: { 'p(99)': number };
    http_req_failed: { value: number };
    http_reqs: { count: number };
    beyond: { count: number };
    /** Absent where none was. */
    dropped_iterations?: { count: number };
  };
}

function readSummary(text: string): Pick<K6Play, 'seen' | 'dropped'> {
  const { metrics } = JSON.parse(text) as Summary;
  const failed = metrics.http_req_failed.value;
  if (failed > 0) throw new Error(`${failed * 100} % of k6's requests failed; they were to be slow only.`);
  return {
    seen: {
      requests: metrics.http_reqs.count,
      p99Ms: metrics.http_req_duration['p(99)'],
      beyond: metrics.beyond.count,
    },
    dropped: metrics.dropped_iterations?.count ?? 0,
  };
}
