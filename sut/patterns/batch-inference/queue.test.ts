import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createQueue, type Waiting } from './queue.ts';

type Named = Waiting & { name: string };

const call = (name: string, changes: Partial<Waiting> = {}): Named => ({
  name,
  version: 'mlp-1',
  rows: 1,
  since: 0,
  until: Number.POSITIVE_INFINITY,
  priority: 10,
  isAbandoned: () => false,
  ...changes,
});

function queueOf(...calls: Named[]) {
  const queue = createQueue<Named>();
  for (const each of calls) queue.add(each);
  return queue;
}

const names = (calls: Named[]) => calls.map(({ name }) => name).join('');

describe('a batch', () => {
  test('takes calls in the order in which they came, as many rows as fit', () => {
    const queue = queueOf(call('a'), call('b', { rows: 2 }), call('c'), call('d'));
    expect(names(queue.takeBatch(4).calls)).toBe('abc');
    expect(names(queue.takeBatch(4).calls)).toBe('d');
    expect(queue.isEmpty()).toBe(true);
  });

  test('lets nobody overtake a call that no longer fits', () => {
    const queue = queueOf(call('a', { rows: 3 }), call('b', { rows: 2 }), call('c'));
    expect(names(queue.takeBatch(4).calls)).toBe('a');
    expect(names(queue.takeBatch(4).calls)).toBe('bc');
  });

  test('takes a call that is larger than a batch by itself', () => {
    const queue = queueOf(call('a', { rows: 256 }), call('b'));
    expect(names(queue.takeBatch(128).calls)).toBe('a');
  });

  test('has one version: those that ask for another are the next one', () => {
    const queue = queueOf(call('a'), call('b', { version: 'xl-1' }), call('c'));
    expect(names(queue.takeBatch(128).calls)).toBe('ac');
    expect(names(queue.takeBatch(128).calls)).toBe('b');
  });

  test('takes the most urgent first, and those alike as they came', () => {
    const queue = queueOf(call('a'), call('b', { priority: 1 }), call('c', { priority: 11 }), call('d'));
    expect(names(queue.takeBatch(2).calls)).toBe('ba');
    expect(names(queue.takeBatch(2).calls)).toBe('dc');
  });
});

describe('a call that nobody waits for any more', () => {
  test('is taken out at its instant, wherever it stands, and in no batch', () => {
    const queue = queueOf(call('a'), call('b', { until: 5 }), call('c', { until: 6 }));
    expect(names(queue.takeExpired(4.9))).toBe('');
    expect(names(queue.takeExpired(5))).toBe('b');
    expect(names(queue.takeBatch(128).calls)).toBe('ac');
    expect(queue.takeExpired(100)).toEqual([]);
  });

  test('because whoever asked has hung up is taken out beside the batch that it would have been in', () => {
    const isAbandoned = () => true;
    const queue = queueOf(call('a', { isAbandoned, version: 'xl-1' }), call('b', { isAbandoned }), call('c'));
    queue.add(call('d', { rows: 3 }));
    queue.add(call('e', { isAbandoned }));
    const batch = queue.takeBatch(4);
    expect([names(batch.calls), names(batch.abandoned)]).toEqual(['cd', 'ab']);
    expect(queue.takeBatch(4)).toEqual({ calls: [], abandoned: [expect.objectContaining({ name: 'e' })] });
    expect(queue.isEmpty()).toBe(true);
    expect(queue.fills(1)).toBe(false);
  });
});

describe('the window', () => {
  const limits = { maxRows: 4, windowMs: 2 };

  test('ends so long after the oldest call, be it urgent or not', () => {
    const queue = queueOf(call('a', { since: 10 }), call('b', { since: 11, priority: 1 }));
    expect(queue.msToWait(11, limits)).toBe(1);
    expect(queue.msToWait(12, limits)).toBe(0);
    expect(queue.msToWait(99, limits)).toBe(0);
  });

  test('ends when a batch is full, and there is none of 0 ms', () => {
    const queue = queueOf(call('a', { since: 10, rows: 3 }));
    expect(queue.msToWait(10, { ...limits, windowMs: 0 })).toBe(0);
    queue.add(call('b', { since: 10 }));
    expect(queue.msToWait(10, limits)).toBe(0);
    queue.takeBatch(3);
    expect(queue.msToWait(10, limits)).toBe(2);
  });
});

test('whatever comes, each call is taken out once, and no batch mixes versions or has too many rows', () => {
  const anyCall = fc.record({
    version: fc.constantFrom('mlp-1', 'xl-1'),
    rows: fc.integer({ min: 1, max: 6 }),
    priority: fc.integer({ min: 1, max: 3 }),
    until: fc.constantFrom(3, 7, Number.POSITIVE_INFINITY),
    isAbandoned: fc.boolean().map((is) => () => is),
  });
  fc.assert(
    fc.property(fc.array(anyCall), fc.integer({ min: 1, max: 8 }), (calls, maxRows) => {
      const queue = queueOf(...calls.map((changes, i) => call(`${i} `, changes)));
      const out = queue.takeExpired(5);
      expect(out.every(({ until }) => until <= 5)).toBe(true);
      while (!queue.isEmpty()) {
        const { calls, abandoned } = queue.takeBatch(maxRows);
        expect(new Set(calls.map(({ version }) => version)).size).toBeLessThanOrEqual(1);
        const rows = calls.reduce((sum, each) => sum + each.rows, 0);
        expect(calls.length === 1 || rows <= maxRows).toBe(true);
        expect(calls.some((each) => each.isAbandoned())).toBe(false);
        expect(abandoned.every((each) => each.isAbandoned())).toBe(true);
        out.push(...calls, ...abandoned);
      }
      expect(out.map(({ name }) => Number(name)).sort((a, b) => a - b)).toEqual(calls.map((_, i) => i));
    }),
  );
});
