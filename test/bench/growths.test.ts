import { expect, test } from 'vitest';
import { type Growth, growthPart, growthPicture, kneeText } from './growths.ts';

const growth: Growth = {
  name: 'rows',
  title: 'Rows a request',
  of: 'rows a request',
  quantities: ['rows/s', 'p99 ms'],
  isNumber: true,
  steps: [
    { x: 1, label: '1', more: 10_000, less: 4 },
    { x: 16, label: '16', more: 60_000, less: 7 },
    { x: 256, label: '256', more: 62_000, less: 64 },
  ],
};

test('of what grows by number, the knee is told from its steps', () => {
  expect(kneeText(growth)).toBe(
    'The knee: 16 rows a request bring nine tenths of the highest rows/s; p99 ms stays within 2 × its first value up ' +
      'to 16, and grows over all with the power 0.50 of rows a request.',
  );
});

test('of what grows by name, the steepest step is', () => {
  const labels = ['LIN', 'MLP', 'XL'];
  const named = {
    ...growth,
    isNumber: false,
    steps: growth.steps.map((step, x) => ({ ...step, x, label: labels[x]! })),
  };
  expect(kneeText(named)).toBe('No step takes anything of the rows/s.');
  const falling = { ...named, steps: named.steps.map((step, x) => ({ ...step, more: [40, 25, 2][x]! })) };
  expect(kneeText(falling)).toBe('The steepest step: from MLP to XL, which keeps 8 % of the rows/s.');
});

test('the page shows each growth by its picture, and has the picture beside it', () => {
  expect(growthPart([growth])).toContain(
    '### Rows a request\n\n![Rows a request](growth-rows.svg)\n\nThe knee: 16',
  );
  expect(growthPicture(growth)).toMatch(/^<svg /);
});
