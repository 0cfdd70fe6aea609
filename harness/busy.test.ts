import { describe, expect, test } from 'vitest';
import { type CpuTimes, isBusy, loadBetween, loadWarnings, type MachineLoad, othersText } from './busy.ts';

/** 100 units on each of two cores, of which all processes together worked `busy`. */
const before: CpuTimes = {
  cores: 2,
  total: 10_000,
  busy: 4_000,
  own: 500,
  others: new Map([[7, { name: 'old', busy: 300 }]]),
};
const later = (change: Partial<CpuTimes>): CpuTimes => ({ ...before, total: 10_200, ...change });
const process = (pid: number, name: string, busy: number): [number, { name: string; busy: number }] => [
  pid,
  { name, busy },
];

describe('between two instants', () => {
  test('others are what the cores did without us, and a process counts from the first instant on', () => {
    const others = new Map([process(7, 'old', 350), process(9, 'new', 40)]);
    expect(loadBetween(before, later({ busy: 4_130, own: 540, others }))).toEqual({
      others: 0.9,
      busiest: [
        { pid: 7, name: 'old', cores: 0.5 },
        { pid: 9, name: 'new', cores: 0.4 },
      ],
    });
  });

  test('our own work is nobody else’s, however much it is', () => {
    expect(loadBetween(before, later({ busy: 4_200, own: 700 })).others).toBe(0);
  });

  test('at most three are named, the busiest first, and none that does next to nothing', () => {
    const others = new Map([5, 60, 4, 30, 20, 10].map((busy, i) => process(20 + i, `p${busy}`, busy)));
    const { busiest } = loadBetween(before, later({ busy: 4_129, others }));
    expect(busiest.map(({ name }) => name)).toEqual(['p60', 'p30', 'p20']);
    expect(loadBetween(before, later({ others: new Map([process(1, 'p4', 4)]) })).busiest).toEqual([]);
  });

  test('ticks that come late make neither less than nothing nor more than all cores', () => {
    expect(loadBetween(before, later({ busy: 4_000, own: 510 })).others).toBe(0);
    expect(loadBetween(before, later({ busy: 4_210 })).others).toBe(2);
  });

  test('a clock that stands still shows nothing', () => {
    expect(loadBetween(before, before)).toEqual({ others: null, busiest: [] });
  });
});

describe('a warning', () => {
  const load = (change: Partial<MachineLoad> = {}): MachineLoad => ({
    cores: 2,
    others: 0.1,
    busiest: [],
    availableBytes: 2 ** 33,
    ...change,
  });

  test.each([
    ['a quiet machine', load()],
    ['a fifth of the cores in use', load({ others: 0.4 })],
    ['one busy core of sixteen', load({ others: 1, cores: 16 })],
    ['a load that can not be seen', load({ others: null })],
    ['just enough memory', load({ availableBytes: 2 ** 30 })],
  ])('is not given for %s', (_, quiet) => {
    expect(loadWarnings(quiet)).toEqual([]);
    expect(isBusy(quiet)).toBe(false);
  });

  test('names the figure, who it is, and what comes of it', () => {
    const busiest = [
      { pid: 4711, name: 'node burner.mjs', cores: 1.014 },
      { pid: 12, name: 'make', cores: 0.06 },
    ];
    expect(loadWarnings(load({ others: 1.1, busiest }))).toEqual([
      'The machine is busy: others use 1.10 of 2 cores (node burner.mjs 1.01, process 4711; make 0.06, process 12), ' +
        'so results may be disturbed; a trial that measurably is gets played again, and ends invalid where that ' +
        'does not help.',
    ]);
  });

  test('does without names where there are none', () => {
    expect(loadWarnings(load({ others: 0.41 }))).toEqual([
      expect.stringContaining(': others use 0.41 of 2 cores, so'),
    ]);
  });

  test('is given for memory that is short, beside the other', () => {
    const words = 'Memory is short: 0.5 GiB available, and a run wants 1.0 GiB, so ';
    expect(loadWarnings(load({ availableBytes: 2 ** 29 }))).toEqual([expect.stringContaining(words)]);
    expect(loadWarnings(load({ availableBytes: 2 ** 29, others: 2 }))).toHaveLength(2);
  });

  test('has words for a load that can not be seen', () => {
    expect(othersText(load({ others: null }))).toBe('how busy others keep the cores can not be seen here');
  });
});
