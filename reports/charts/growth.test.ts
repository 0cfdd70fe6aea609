import { expect, test } from 'vitest';
import { growthSvg } from './growth.ts';

const draw = () =>
  growthSvg(
    'Rows a request',
    { name: 'rows a request', labels: ['1', '16', '256'] },
    [
      { name: 'rows/s', colour: '#0072b2', values: [7_800, 61_234, null] },
      { name: 'p99 ms', colour: '#d55e00', values: [0.42, 5, 81], isLog: true },
    ],
    'growth',
  );

test('a growth is drawn with its steps and its values in words', () => {
  const svg = draw();
  for (const text of ['Rows a request', 'rows/s', 'p99 ms', '256', '7.8k', '61k', '0.42', '81'])
    expect(svg).toContain(`>${text}<`);
});

test('the same growth gives the same drawing', () => {
  expect(draw()).toBe(draw());
});
