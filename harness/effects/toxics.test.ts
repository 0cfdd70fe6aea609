import { Create } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { faults } from '#chaos/index.ts';
import { type Fault, linkInto } from '#contract/fault.ts';
import { refuseDangerous, toxicProblems, type WantedToxic } from './toxics.ts';

const toxic = (type: string, attributes: Record<string, number>): WantedToxic => ({
  name: 'a',
  type,
  stream: 'downstream',
  toxicity: 1,
  attributes,
});

describe('a toxic that must not be sent', () => {
  test.each([
    ['a bandwidth of nothing, which stalls for ever', toxic('bandwidth', { rate: 0 }), "'rate'"],
    ['a negative bandwidth, which panics', toxic('bandwidth', { rate: -1 }), "'rate'"],
    ['a bandwidth that is not said', toxic('bandwidth', {}), "needs its attribute 'rate'"],
    [
      'slices of nothing, which recurse without end',
      toxic('slicer', { average_size: 0, size_variation: 0, delay: 0 }),
      "'average_size'",
    ],
    [
      'slices that vary by more than their size',
      toxic('slicer', { average_size: 5, size_variation: 5, delay: 0 }),
      "less than its 'average_size'",
    ],
    [
      'a misspelt attribute, for which zero is taken',
      toxic('latency', { latncy: 100, latency: 0, jitter: 0 }),
      "Toxic 'latency' has no attribute 'latncy'; it has: latency, jitter.",
    ],
    ['part of a millisecond', toxic('timeout', { timeout: 0.5 }), 'whole number'],
    ['no number at all', toxic('timeout', { timeout: Number.NaN }), 'whole number'],
    ['an unknown kind', toxic('flood', {}), "has no toxic 'flood'"],
  ])('%s is refused in words', (_, wanted, words) => {
    expect(toxicProblems(wanted)).toEqual([expect.stringContaining(words)]);
    expect(() => refuseDangerous(wanted)).toThrow(words);
  });
});

test('every toxic that a fault of the map sends is let through', () => {
  const target = { link: linkInto('model-server')!, service: 'model-server' } as const;
  const sent = Object.values<Fault>(faults).flatMap(
    (fault) => fault.script(Create(fault.options), target).inject,
  );
  const toxics = sent.flatMap((action) => (action.do === 'add-toxic' ? [action.toxic] : []));
  const types = toxics.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['latency', 'timeout', 'reset_peer']));
  expect(toxics.flatMap(toxicProblems)).toEqual([]);
});
