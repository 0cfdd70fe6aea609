import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openPorts, readVerdict, startGauntlet, startOnTerminal } from './gauntlet.ts';

const SHORT = './test/fixtures/experiments/short-breaker.ts';
const STEADY = './test/fixtures/experiments/four-seconds.ts';

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`);

/** The data of each server-sent event of a name, in order. */
function eventsIn(stream: string, name: string) {
  return [...stream.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)]
    .filter(([, event]) => event === name)
    .map(([, , data]) => JSON.parse(data!));
}

describe('a run that is looked at', () => {
  test('tells the live page what it sees, ends it with the verdict, and ends itself', async () => {
    const running = startGauntlet(['loadtest', STEADY, '--rate', '100', '--live']);
    await running.seen(/^Live: /m);
    const url = /^Live: (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(running.output())![1]!;
    expect(await (await fetch(url)).text()).toContain('<title>Gauntlet, live</title>');
    // Resolves when the server ends the stream.
    const stream = await (await fetch(`${url}events`)).text();
    const { code } = await running.exit;
    expect(code, running.output()).toBe(readVerdict(running.out).exitCode);

    const now = eventsIn(stream, 'now');
    const seen = now.filter(({ figures }) => figures !== null);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.at(-1)).toMatchObject({
      experiment: 'four-seconds',
      variant: 'candidate',
      deadlineMs: 1_000,
    });
    expect(now.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(['starting', 'playing', 'stopping']),
    );
    expect(Math.max(...now.map(({ seconds }) => seconds.length))).toBeGreaterThanOrEqual(2);
    const [end] = eventsIn(stream, 'end');
    expect(end.outcome).toBe(readVerdict(running.out).outcome);
    expect(end.report.path).toBe(running.output().trimEnd().split('\n').at(-1));
  });

  test('on a terminal shows two lines, in plain letters where NO_COLOR says so, and heals after Ctrl-C', async () => {
    vi.stubEnv('NO_COLOR', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const running = startOnTerminal(['chaos', SHORT, '--rate', '50', '--live']);
    await running.seen(/fault: latency/);
    await running.seen(/goodput [\d.]+ %[^\n]*[▁▂▃▄▅▆▇█]/);
    // Letters of no colour, between marks that only move the cursor.
    expect(running.output().match(COLOUR)).toBeNull();
    running.child.stdin!.write('\x03');
    expect((await running.exit).code, running.output()).toBe(130);
    expect(running.processes()).toEqual([]);
    expect(await openPorts(running.out)).toEqual([]);
    expect(readVerdict(running.out)).toMatchObject({ ended: 'interrupted', exitCode: 130 });
  });
});
