import { describe, expect, test } from 'vitest';
import { fingerprintOf, fingerprintText } from './fingerprint.ts';
import type { Machine } from './record.ts';

const machine: Machine = {
  platform: 'linux',
  arch: 'x64',
  cpuModel: 'A processor',
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  node: 'v24.21.0',
  generatorNiceness: 0,
  pinnedCores: { services: '0', load: '1' },
};
const digestOf = (more: Partial<Machine>) => fingerprintOf({ ...machine, ...more }).digest;

describe('the fingerprint of a machine', () => {
  test.each<[string, Partial<Machine>]>([
    ['a kernel that takes some more memory', { memoryBytes: 8 * 2 ** 30 - 200 * 2 ** 20 }],
    ['another patch of Node', { node: 'v24.30.1' }],
    ['another priority of the generator', { generatorNiceness: -10 }],
  ])('stays the same with %s', (_, more) => {
    expect(digestOf(more)).toBe(digestOf({}));
  });

  test.each<[string, Partial<Machine>]>([
    ['platform', { platform: 'darwin' }],
    ['architecture', { arch: 'arm64' }],
    ['processor', { cpuModel: 'Another processor' }],
    ['number of cores', { cores: 4 }],
    ['memory', { memoryBytes: 16 * 2 ** 30 }],
    ['major version of Node', { node: 'v26.0.0' }],
    ['pinning', { pinnedCores: null }],
  ])('is another with another %s', (_, more) => {
    expect(digestOf(more)).not.toBe(digestOf({}));
  });

  test('is short, and says in words what it is made of', () => {
    const text = fingerprintText(fingerprintOf(machine));
    expect(text).toMatch(/^[0-9a-f]{16} \(A processor, 2 cores, 8 GiB, linux x64, Node 24, /);
    expect(text).toContain('services 0, load 1');
  });
});
