import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from './main.ts';
import type { Verb } from './verb.ts';
import { verbs } from './verbs/index.ts';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};

function commandOf(name: string): Command {
  return buildProgram(() => {}).commands.find((command) => command.name() === name)!;
}

/** What `npm run <name> -- --help` prints. */
function helpOf(name: string): string {
  let text = '';
  const command = commandOf(name).configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

describe.each(Object.entries<Verb>(verbs))('%s', (name, { examples }) => {
  test('shows examples in its help, as lines to be typed', () => {
    const block = /\nExamples?:\n((?: {2}\S.*\n)+)\nExit codes:\n/.exec(helpOf(name))?.[1] ?? '';
    const lines = block
      .trimEnd()
      .split('\n')
      .map((line) => line.trim());
    expect(lines).toEqual(examples);
    expect(lines[0]).toMatch(new RegExp(`^npm run ${name}( |$)`));
    for (const line of lines) expect(line).toMatch(new RegExp(`^npm run (--silent )?${name}( -- | {2}# |$)`));
  });

  test('has every option that its examples use', () => {
    const used = examples.flatMap((line) => line.split(' -- ')[1]?.match(/(?<=^|\s)--[a-z-]+/g) ?? []);
    expect(commandOf(name).options.map(({ long }) => long)).toEqual(expect.arrayContaining(used));
  });

  test('is an npm script', () => {
    expect(scripts[name]).toBe(`node --no-concurrent-recompilation harness/cli/gauntlet.js ${name}`);
  });
});
