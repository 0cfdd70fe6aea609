import { open } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { GauntletError } from '#contract/errors.ts';
import { SAMPLE_FIELD, SAMPLE_METRIC, type Sample, unpackSample } from '#contract/sample.ts';
import { type ChildHandle, lastLines, type Processes } from './process.ts';

/** Milliseconds between k6's question for t0 and t0: all virtual users are up by then, and asleep. */
const LEAD_MS = 500;
const READY_MS = 60_000;
const TAIL_MS = 200;
const STOP_GRACE_MS = 2_000;
const LOG_LINES = 8;

export interface K6Start {
  program: string;
  script: string;
  loadFile: string;
  /** k6's own CSV output; tailed, not kept. */
  csvFile: string;
  logFile: string;
  cores: string | null;
  niceness: number;
}

/** k6 flushes once in this time, so samples are never much older. */
const FLUSH = '200ms';

export function startK6(processes: Processes, start: K6Start): ChildHandle {
  const args = ['run', '--quiet', '--no-usage-report', '--no-thresholds', '--summary-mode', 'disabled'];
  return processes.start({
    name: 'k6',
    command: start.program,
    args: [...args, '--out', `csv=${start.csvFile}`, '-e', `LOAD=${start.loadFile}`, start.script],
    env: {
      ...process.env,
      K6_AUTO_EXTENSION_RESOLUTION: 'false',
      K6_NO_USAGE_REPORT: 'true',
      K6_CSV_TIME_FORMAT: 'unix_micro',
      K6_CSV_SAVE_INTERVAL: FLUSH,
      K6_NO_COLOR: 'true',
      // Its garbage collector works on the generator's cores: at the default of 100 the p99 of the lateness
      // was 17 ms at 1,000 requests/s on one core, at 400 it was 5 to 8 ms.
      GOGC: '400',
    },
    logFile: start.logFile,
    cores: start.cores,
    niceness: start.niceness,
  });
}

/** Answers k6's question for t0 once it is open; the tape and the fault timeline both hang on the answer. */
export interface StartGate {
  url: string;
  open(): void;
  t0: Promise<number>;
  close(): void;
}

export async function openStartGate(port: number): Promise<StartGate> {
  let resolve: (t0: number) => void;
  const t0 = new Promise<number>((r) => {
    resolve = r;
  });
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const answer = (reply: ServerResponse) => {
    const start = Date.now() + LEAD_MS;
    reply.setHeader('content-type', 'application/json').end(JSON.stringify({ t0: start }));
    resolve(start);
  };
  const server: Server = createServer((_, reply) => {
    if (isOpen) answer(reply);
    else waiting.push(reply);
  });
  await new Promise<void>((done, reject) => server.once('error', reject).listen(port, '127.0.0.1', done));
  const open = () => {
    isOpen = true;
    for (const reply of waiting.splice(0)) answer(reply);
  };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/start`, t0, open, close };
}

/** t0, once k6 has asked for it; an error when k6 ends or takes too long before that. */
export async function waitForStart(
  gate: StartGate,
  child: ChildHandle,
  logFile: string,
  signal: AbortSignal,
): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  try {
    return await Promise.race([
      gate.t0,
      child.exited.then(async () => {
        throw await k6Died(child, logFile, 'ended before it began');
      }),
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new GauntletError('tool-died', 'k6 did not begin in time.')),
          READY_MS,
        );
        onAbort = () => reject(signal.reason);
        if (signal.aborted) onAbort();
        signal.addEventListener('abort', onAbort);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

export async function k6Died(child: ChildHandle, logFile: string, what: string): Promise<GauntletError> {
  const exit = child.exit();
  const how = exit?.error ?? (exit?.signal ? `signal ${exit.signal}` : `exit code ${exit?.code}`);
  const lines = await lastLines(logFile, LOG_LINES);
  return new GauntletError('tool-died', `k6 ${what} (${how}). Log: ${logFile}.\n  ${lines.join('\n  ')}`);
}

export function stopK6(child: ChildHandle): Promise<unknown> {
  return child.stop({ graceMs: STOP_GRACE_MS });
}

/** Follows k6's CSV while it grows, until `ended` resolves and the file was read to its end. */
export async function tailSamples(
  csvFile: string,
  ended: Promise<unknown>,
  onSamples: (samples: Sample[]) => void,
): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const buffer = Buffer.alloc(1 << 20);
  let position = 0;
  let rest = '';
  for (;;) {
    const last = over;
    const file = await open(csvFile, 'r').catch(() => null);
    if (file) {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        const text = rest + buffer.toString('latin1', 0, bytesRead);
        const end = text.lastIndexOf('\n') + 1;
        rest = text.slice(end);
        const samples = samplesOf(text.slice(0, end));
        if (samples.length > 0) onSamples(samples);
      }
      await file.close();
    }
    if (last) return;
    await new Promise((resolve) => setTimeout(resolve, TAIL_MS));
  }
}

const ROW_START = `${SAMPLE_METRIC},`;
const FIELD_START = `${SAMPLE_FIELD}=`;

/** The samples in whole lines of k6's CSV. Other metrics' rows are skipped by their first byte. */
export function samplesOf(text: string): Sample[] {
  const samples: Sample[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    if (text.charCodeAt(start) === ROW_START.charCodeAt(0) && text.startsWith(ROW_START, start)) {
      // The metadata column is the last one.
      const field = text.lastIndexOf(FIELD_START, end);
      const sample = field > start ? unpackSample(text.slice(field + FIELD_START.length, end)) : undefined;
      if (sample) samples.push(sample);
    }
    start = end + 1;
  }
  return samples;
}
