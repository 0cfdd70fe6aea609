import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '#contract/errors.ts';
import { type Examples, errorsPage, provokeAll } from './page.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];
let examples: Examples;

beforeAll(async () => {
  examples = await provokeAll();
});

test.each(CODES)(
  '%s is what comes when it is provoked, in words, or it is said why it is not here',
  (code) => {
    const all = examples[code];
    if ('why' in all) {
      expect(all.why).toMatch(/\.$/);
      return;
    }
    expect(all.length).toBeGreaterThan(0);
    for (const example of all) {
      expect(example.code, example.message).toBe(code);
      expect(example.message).not.toMatch(/\n {4}at /);
    }
  },
);

test('docs/errors.md shows them as they are, on whatever machine; if not: npm run docs', () => {
  const page = errorsPage(examples);
  expect(page).not.toMatch(/gauntlet-errors-|\/(tmp|home|root|var|Users)\//);
  expect(readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')).toBe(page);
});
