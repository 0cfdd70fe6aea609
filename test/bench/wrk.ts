import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { request } from 'undici';
import type { Question } from './question.ts';

const run = promisify(execFile);

/** Of the connections, so many more ask and check each answer: enough for one in a hundred, few enough not to be felt. */
const CHECKING_SHARE = 0.03;

/** What `wrk` is to ask over and over: it costs a tenth of what k6 does, and checks nothing. */
export interface ClosedLoop {
  url: string;
  question: Question;
  connections: number;
  seconds: number;
  /** Holds the files that wrk reads. */
  folder: string;
}

export interface Driven {
  requests: number;
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
  const share = CHECKING_SHARE * loop.connections;
  const checkers = Array.from({ length: Math.ceil(share) }, () =>
    checkAnswers(loop, Math.ceil(share) / share, ended.signal),
  );
  const { stdout } = await run('wrk', [...args, script, loop.url], { signal }).finally(() => ended.abort());
  const checked = (await Promise.all(checkers)).reduce((sum, count) => sum + count, 0);
  const seen = readReport(stdout);
  if (checked < seen.requests / 100)
    throw new Error(`${checked} of ${seen.requests} answers were checked, not one in 100`);
  return { ...seen, checked };
}

async function writeScript({ folder, question }: ClosedLoop): Promise<string> {
  const [script, body] = [join(folder, 'ask.lua'), join(folder, 'body')];
  await writeFile(body, question.body);
  // From a file, since a text of Lua can't hold all bytes.
  const lines = [
    'wrk.method = "POST"',
    ...Object.entries(question.headers).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`),
    `local file = io.open("${body}", "rb")`,
    'wrk.body = file:read("*a")',
    'file:close()',
    ...(question.counter ? countingUp(question.counter) : []),
  ];
  await writeFile(script, `${lines.join('\n')}\n`);
  return script;
}

/** Replaces every second byte from a place on by the digits of a count. */
function countingUp({ at, digits }: NonNullable<Question['counter']>): string[] {
  return [
    `local before, after = wrk.body:sub(1, ${at}), wrk.body:sub(${at + 2 * digits})`,
    'local count = 0',
    'request = function()',
    '  count = count + 1',
    `  local counted = string.format("%0${digits}d", count):gsub(".", "%0,"):sub(1, -2)`,
    '  return wrk.format(nil, nil, nil, before .. counted .. after)',
    'end',
  ];
}

/** One request after the other, each followed by a pause, so that one takes `cycle` times as long as its answer. */
async function checkAnswers(
  { url, question }: ClosedLoop,
  cycle: number,
  ended: AbortSignal,
): Promise<number> {
  const { body, headers } = question;
  let checked = 0;
  for (; !ended.aborted; checked += 1) {
    const asked = performance.now();
    const answer = await request(url, { method: 'POST', headers, body });
    question.check(answer.headers, new Uint8Array(await answer.body.arrayBuffer()));
    const pauseMs = (cycle - 1) * (performance.now() - asked);
    if (pauseMs >= 1) await sleep(pauseMs);
  }
  return checked;
}

/** The figures in wrk's report; throws where a request failed. */
export function readReport(report: string): Omit<Driven, 'checked'> {
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
