import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFairQueue, type Waiting } from './fair-queue.ts';

type Named = Waiting & { name: string };

const call = (tenant: string, name: string, rows = 1): Named => ({ tenant, name, rows });
const anybody = () => true;

function queueOf(calls: Named[], weights: Record<string, number> = {}, maxWaiting = 100) {
  const queue = createFairQueue<Named>({ maxWaiting, weightOf: (tenant) => weights[tenant] ?? 1 });
  for (const each of calls) queue.add(each);
  const take = (count: number) =>
    Array.from({ length: count }, () => queue.take(anybody)?.name ?? '-').join('');
  return { queue, take };
}

/** So many calls of a tenant, all of its name. */
const many = (tenant: string, count: number) => Array.from({ length: count }, () => call(tenant, tenant));

describe('whose turn it is', () => {
  test('changes with each call, however many of one tenant wait, and came first', () => {
    const { take } = queueOf([...many('a', 6), ...many('b', 3)]);
    expect(take(10)).toBe('abababaaa-');
  });

  test('comes more often with a weight', () => {
    const { take } = queueOf([...many('a', 20), ...many('b', 20)], { b: 3 });
    expect(take(12).replaceAll('a', '')).toHaveLength(9);
  });

  test('comes less often after a call of many rows', () => {
    const { take } = queueOf([call('a', 'A', 4), ...many('a', 3), ...many('b', 8)]);
    expect(take(6)).toBe('Abbbba');
  });

  test('is soon there for one that comes later, and not for as long as it was away', () => {
    const { queue, take } = queueOf(many('a', 30));
    take(10);
    for (const each of many('b', 5)) queue.add(each);
    expect(take(6)).toMatch(/^(ab|ba){3}$/);
  });

  test('passes to the next where a tenant may have no more', () => {
    const { queue } = queueOf([...many('a', 2), ...many('b', 1)]);
    expect(queue.take((tenant) => tenant !== 'a')?.name).toBe('b');
    expect(queue.take((tenant) => tenant !== 'a')).toBeUndefined();
    expect(queue.take(anybody)?.name).toBe('a');
  });
});

test('a line that is full takes no more, and the others do', () => {
  const { queue } = queueOf(many('a', 2), {}, 2);
  expect(queue.add(call('a', 'a'))).toBe(false);
  expect(queue.add(call('b', 'b'))).toBe(true);
  queue.take(anybody);
  expect(queue.add(call('a', 'a'))).toBe(true);
});

test('whatever comes, each call is taken once, in the order of its tenant, and no tenant that waits falls behind by more than a call', () => {
  const anyCall = fc.record({ tenant: fc.constantFrom('a', 'b', 'c'), rows: fc.integer({ min: 1, max: 8 }) });
  fc.assert(
    fc.property(fc.array(anyCall, { minLength: 1 }), (calls) => {
      const { queue } = queueOf(calls.map(({ tenant, rows }, i) => call(tenant, String(i), rows)));
      const left = Map.groupBy(calls, ({ tenant }): string => tenant);
      const served = new Map([...left.keys()].map((tenant) => [tenant, 0]));
      const out: Named[] = [];
      for (let next = queue.take(anybody); next; next = queue.take(anybody)) {
        out.push(next);
        served.set(next.tenant, served.get(next.tenant)! + next.rows);
        left.get(next.tenant)!.pop();
        const waiting = [...left].filter(([, own]) => own.length > 0).map(([tenant]) => served.get(tenant)!);
        if (waiting.length > 1) expect(Math.max(...waiting) - Math.min(...waiting)).toBeLessThanOrEqual(8);
      }
      expect(out.map(({ name }) => Number(name)).sort((a, b) => a - b)).toEqual(calls.map((_, i) => i));
      for (const own of Map.groupBy(out, ({ tenant }) => tenant).values()) {
        const order = own.map(({ name }) => Number(name));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }
    }),
  );
});
