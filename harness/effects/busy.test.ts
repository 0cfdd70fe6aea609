import { expect, test } from 'vitest';
import { commandName } from './busy.ts';

test.each([
  ['/usr/bin/make\0-j8\0', 'make'],
  ['node\0/home/me/burner.mjs\0--token=secret\0', 'node burner.mjs'],
  ['node\0-e\0for(;;);\0', 'node'],
  ['node (vitest 1)\0', 'node'],
  ['ssh\0somewhere\0', 'ssh'],
  ['a\x1b[2J\0', 'a?[2J'],
  ['', null],
  ['\0', null],
])('the command line %j is called %j', (line, name) => {
  expect(commandName(line)).toBe(name);
});
