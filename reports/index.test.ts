import { describe, expect, it } from 'vitest';
import { reporters } from './index.ts';
import { simulated, situations } from './test-situations.ts';

const cases = Object.entries(reporters).flatMap(([name, reporter]) =>
  Object.entries(situations).map(([situation, make]) => ({ name, reporter, situation, make })),
);

describe('every reporter', () => {
  it.each(Object.entries(reporters))(
    '%s says in each of its files, and on the terminal, that a simulation is one',
    (_, reporter) => {
      const { files, text } = reporter(simulated());
      const outputs = [...Object.values(files), ...(text === undefined ? [] : [text])];
      expect(outputs.length).toBeGreaterThan(0);
      for (const output of outputs)
        expect(output.replace(/\s+/g, ' ')).toMatch(/simulation: .*no inference speed/i);
    },
  );

  it.each(Object.entries(reporters))(
    '%s says so of nothing that was computed for as long as it took',
    (_, reporter) => {
      const { files, text } = reporter(situations['a comparison over six pairs']!());
      for (const output of [...Object.values(files), text ?? '']) expect(output).not.toMatch(/simulation/i);
    },
  );

  it.each(cases)('$name renders $situation, the same every time', ({ reporter, make }) => {
    const first = reporter(make());
    expect(reporter(make())).toEqual(first);
    expect(Object.keys(first.files).length > 0 || first.text !== undefined).toBe(true);
  });

  it.each(cases)('$name names files relative to the run folder for $situation', ({ reporter, make }) => {
    for (const name of Object.keys(reporter(make()).files)) expect(name).toMatch(/^[\w-]+(\.[\w-]+)*$/);
  });

  it.each(cases)('$name writes neither undefined nor NaN for $situation', ({ reporter, make }) => {
    const { files, text } = reporter(make());
    expect([...Object.values(files), text ?? ''].join('\n')).not.toMatch(/undefined|NaN|\[object/);
  });
});
