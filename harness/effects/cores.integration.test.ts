import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { allowedCores, pinSelf, unpinSelf } from './cores.ts';

const allowed = await allowedCores();
const withoutTaskset = allowed === null;
const cores = allowed ?? [];

test('a machine without taskset has no list of cores, and pinning says that it did not work', async () => {
  expect(await allowedCores('taskset-that-is-nowhere')).toBeNull();
  expect(await pinSelf('0', 'taskset-that-is-nowhere')).toBe(false);
});

test.skipIf(withoutTaskset)(
  'pinning moves this process and its children, unpinning brings them back',
  async () => {
    const first = `${cores[0]}`;
    try {
      expect(await pinSelf(first)).toBe(true);
      expect(await allowedCores()).toEqual([cores[0]]);
      const inherited = execFileSync('sh', ['-c', 'taskset -cp $$'], { encoding: 'utf8' });
      expect(inherited.trim().endsWith(`: ${first}`)).toBe(true);
    } finally {
      expect(await unpinSelf(cores)).toBe(true);
    }
    expect(await allowedCores()).toEqual(cores);
  },
);

test.skipIf(withoutTaskset)('a core that does not exist is refused', async () => {
  expect(await pinSelf('99999')).toBe(false);
});
