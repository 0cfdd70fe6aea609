import { describe, expect, test } from 'vitest';
import { divide, type ProcessTimes, parseCoreTimes, parseProcessTimes } from './cpu-times.ts';

describe('the times of the cores', () => {
  const text = [
    'cpu  300 30 60 1200 6 3 3 600 90 0',
    'cpu0 100 10 20 400 2 1 1 200 30 0',
    'cpu1 200 20 40 800 4 2 2 400 60 0',
    'cpu10 1 0 0 0',
    'intr 1532659 0 0',
    'btime 1763936000',
    '',
  ].join('\n');

  test('are of those that are allowed; guests are not counted twice, stolen time is work', () => {
    expect(parseCoreTimes(text, [0])).toEqual({ cores: 1, total: 734, busy: 332 });
    expect(parseCoreTimes(text, [0, 1])).toEqual({ cores: 2, total: 2_202, busy: 996 });
  });

  test('are of all where nobody says which', () => {
    expect(parseCoreTimes(text, null)).toEqual({ cores: 3, total: 2_203, busy: 997 });
  });

  test.each([
    ['an empty file', '', null],
    ['none of the allowed ones', text, [4]],
  ])('are not to be had from %s', (_, from, allowed) => {
    expect(parseCoreTimes(from, allowed)).toBeNull();
  });
});

describe('the times of a process', () => {
  const rest = 'R 12 4711 4711 34816 4711 4194304 1 2 3 4 50 7 20 3 20 0 1 0 99 1000 1';

  test.each([
    ['sh', 'sh'],
    ['a) R 1 (b', 'a) R 1 (b'],
    ['tmux: server', 'tmux: server'],
    ['evil\x1b[2J\nname', 'evil?[2J?name'],
  ])('are read for a name like %j', (name, shown) => {
    expect(parseProcessTimes(`4711 (${name}) ${rest}\n`)).toEqual({
      pid: 4711,
      parent: 12,
      name: shown,
      busy: 57,
      reaped: 23,
    });
  });

  test('are not to be had from one that has ended', () => {
    expect(parseProcessTimes('')).toBeNull();
  });
});

test('descendants and what they reaped are ours, all else is others’', () => {
  const processes: ProcessTimes[] = [
    { pid: 400, parent: 300, name: 'grandchild', busy: 1, reaped: 2 },
    { pid: 1, parent: 0, name: 'init', busy: 1_000, reaped: 5_000 },
    { pid: 200, parent: 1, name: 'us', busy: 10, reaped: 20 },
    { pid: 300, parent: 200, name: 'child', busy: 100, reaped: 200 },
    { pid: 500, parent: 1, name: 'stranger', busy: 7, reaped: 70 },
  ];
  expect(divide(processes, 200)).toEqual({
    own: 333,
    others: new Map([
      [1, { name: 'init', busy: 1_000 }],
      [500, { name: 'stranger', busy: 7 }],
    ]),
  });
});
