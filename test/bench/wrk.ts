import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { request } from 'undici';
import type { Counter, Question } from './question.ts';

const run = promisify(execFile);

/** Of the connections, so many more ask and check each answer: enough for one in a hundred, few enough not to be felt. */
const CHECKING_SHARE = 0.04;
/** Of one connection, that one alone asks at least: what it asks takes it longer than wrk. */
const LEAST_SHARE = 0.08;

/**
 * Milliseconds that one of them takes for a request at least. What it asks is always the same, so that a cache knows it:
 * where what wrk asks is not known, it would be answered so much sooner that it were a part of the load.
 */
const LEAST_CYCLE_MS = { same: 3, counted: 10 };

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
  p999Ms: number;
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
  const share = Math.max(LEAST_SHARE, CHECKING_SHARE * loop.connections);
  const checkers = Array.from({ length: Math.ceil(share) }, () =>
    checkAnswers(loop, Math.ceil(share) / share, ended.signal),
  );
  const checking = Promise.all(checkers);
  // A wrong answer while wrk goes on ends it: nobody awaits the checks before it has ended.
  const wrong = new AbortController();
  checking.catch(() => wrong.abort());
  const asking = run('wrk', [...args, script, loop.url], { signal: AbortSignal.any([signal, wrong.signal]) });
  const { stdout } = await asking
    .catch(async (error) => {
      if (wrong.signal.aborted) await checking;
      throw error;
    })
    .finally(() => ended.abort());
  const checked = (await checking).reduce((sum, count) => sum + count, 0);
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
    // Its own report ends at 99 %.
    'done = function(_, latency) io.write(string.format("Far %d us\\n", latency:percentile(99.9))) end',
  ];
  await writeFile(script, `${lines.join('\n')}\n`);
  return script;
}

/** Writes a count into every row: a digit of a JSON text in each place, or the lowest byte of a float. */
function countingUp({ at, places, every, base, from }: Counter): string[] {
  const byte = base === 10 ? '48 + count % 10' : 'count % 256';
  const length = places * every;
  const edges = [-length, ...at];
  const between = edges.map((edge, i) => `wrk.body:sub(${edge + length + 1}, ${edges[i + 1] ?? -1})`);
  return [
    `local between = { ${between.join(', ')} }`,
    // What follows the byte that counts is the same in every place: a comma, or the rest of the float.
    `local rest = wrk.body:sub(${at[0]! + 2}, ${at[0]! + every})`,
    `local seen = ${from}`,
    'request = function()',
    '  seen = seen + 1',
    '  local count, counted = seen, {}',
    `  for place = 1, ${places} do`,
    `    counted[place] = string.char(${byte}) .. rest`,
    `    count = math.floor(count / ${base})`,
    '  end',
    '  return wrk.format(nil, nil, nil, table.concat(between, table.concat(counted)))',
    'end',
  ];
}

/** One request after the other, each followed by a pause, so that one takes `cycle` times as long as its answer. */
async function checkAnswers(
  { url, question }: ClosedLoop,
  cycle: number,
  ended: AbortSignal,
): Promise<number> {
  const { body, headers, counter } = question;
  const leastMs = counter ? LEAST_CYCLE_MS.counted : LEAST_CYCLE_MS.same;
  let checked = 0;
  for (; !ended.aborted; checked += 1) {
    const asked = performance.now();
    const answer = await request(url, { method: 'POST', headers, body });
    question.check(answer.headers, new Uint8Array(await answer.body.arrayBuffer()));
    const tookMs = performance.now() - asked;
    const pauseMs = Math.max(cycle * tookMs, leastMs) - tookMs;
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
    p999Ms: number(/^Far (\d+) us$/m) / 1000,
  };
}

const UNITS = { us: 0.001, ms: 1, s: 1_000, m: 60_000 } as const;

function milliseconds(report: string, percentile: string): number {
  const found = new RegExp(`^ *${percentile} +([\\d.]+)(us|ms|s|m)$`, 'm').exec(report);
  if (!found) throw new Error(`wrk's report has no latency at ${percentile}:\n${report}`);
  return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
}
