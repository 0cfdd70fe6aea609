import { expect, test } from 'vitest';
import { withPart } from './generated-part.ts';

const PAGE = `# Speed
By hand.

<!-- generated: serving -->
old
<!-- end: serving -->

Also by hand.
<!-- generated: growth -->
<!-- end: growth -->
`;

test('a part is replaced, and nothing around it', () => {
  const page = withPart(PAGE, 'serving', '| new |\n');
  expect(page).toContain(
    'By hand.\n\n<!-- generated: serving -->\n\n| new |\n\n<!-- end: serving -->\n\nAlso by hand.',
  );
  expect(page).not.toContain('old');
  expect(page).toContain('<!-- generated: growth -->\n<!-- end: growth -->');
});

test('doing so again changes nothing', () => {
  const page = withPart(PAGE, 'growth', 'text');
  expect(withPart(page, 'growth', 'text')).toBe(page);
});

test('a page without the part is told so', () => {
  expect(() => withPart(PAGE, 'peers', '')).toThrow("no part between '<!-- generated: peers -->'");
});
