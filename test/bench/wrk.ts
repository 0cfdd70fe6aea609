import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { request } from 'undici';
import { largestDifference } from '#sut/models/answers.ts';
import type { InferResponse } from '#sut/protocol/infer.ts';

const run = promisify(execFile);

/** What `wrk` is to ask over and over: it costs a tenth of what k6 does, and checks nothing. */
export interface ClosedLoop {
  url: string;
  /** JSON. */
  body: string;
  connections: number;
  seconds: number;
  /** Holds the files that wrk reads. */
  folder: string;
  golden: Float32Array;
  /** How far a probability may be off. */
  tolerance: number;
}

export interface Driven {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers that were checked by one more client beside, every one of them right. */
  checked: number;
}

/** Why wrk can't be had on this machine; null where it can. */
export async function missingWrk(): Promise<string | null> {
  try {
    await run('wrk', ['-v']);
  } catch (error) {
    // One that is there tells its version and exits 1.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'wrk is not on PATH (apt-get install wrk)';
  }
  return null;
}

/** Drives a server with wrk while a client beside it asks the same and checks each answer; throws where one is wrong. */
export async function drive(loop: ClosedLoop, signal: AbortSignal): Promise<Driven> {
  const args = ['-t1', `-c${loop.connections}`, `-d${loop.seconds}s`, '--latency', '-s'];
  const script = await writeScript(loop);
  const ended = new AbortController();
  const beside = checkAnswers(loop, ended.signal);
  const { stdout } = await run('wrk', [...args, script, loop.url], { signal }).finally(() => ended.abort());
  const checked = await beside;
  const { requests, ...seen } = readReport(stdout);
  if (checked < requests / 100)
    throw new Error(`${checked} of ${requests} answers were checked, not one in 100`);
  return { ...seen, checked };
}

async function writeScript({ folder, body }: ClosedLoop): Promise<string> {
  const script = join(folder, 'ask.lua');
  // A JSON text within long brackets of Lua stays as it is.
  const lines = [
    'wrk.method = "POST"',
    'wrk.headers["content-type"] = "application/json"',
    `wrk.body = [==[${body}]==]`,
  ];
  await writeFile(script, `${lines.join('\n')}\n`);
  return script;
}

async function checkAnswers(
  { url, body, golden, tolerance }: ClosedLoop,
  ended: AbortSignal,
): Promise<number> {
  let checked = 0;
  for (; !ended.aborted; checked += 1) {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { outputs } = (await answer.body.json()) as InferResponse;
    const difference = largestDifference(Float32Array.from(outputs[0]?.data ?? []), golden);
    if (!(difference <= tolerance)) throw new Error(`an answer is off by ${difference}`);
  }
  return checked;
}

/** The figures in wrk's report; throws where a request failed. */
export function readReport(report: string): Omit<Driven, 'checked'> & { requests: number } {
  const failed = /^ *(Non-2xx or 3xx responses: \d+|Socket errors: .*)$/m.exec(report)?.[1];
  if (failed) throw new Error(`wrk: ${failed}`);
  const number = (pattern: RegExp) => {
    const found = pattern.exec(report)?.[1];
    if (found === undefined) throw new Error(`wrk's report has no ${pattern}:\n${report}`);
    return Number(found);
  };
  return {
    requests: number(/^ *(\d+) requests in/m),
    requestsPerSecond: number(/^Requests\/sec: +([\d.]+)$/m),
    p50Ms: milliseconds(report, '50%'),
    p99Ms: milliseconds(report, '99%'),
  };
}

const UNITS = { us: 0.001, ms: 1, s: 1_000, m: 60_000 } as const;

function milliseconds(report: string, percentile: string): number {
  const found = new RegExp(`^ *${percentile} +([\\d.]+)(us|ms|s|m)$`, 'm').exec(report);
  if (!found) throw new Error(`wrk's report has no latency at ${percentile}:\n${report}`);
  return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
}
