import { readdirSync, readFileSync } from 'node:fs';
import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { problemsOf } from '#contract/validate.ts';
import { patterns } from './index.ts';
import type { Room } from './room.ts';

const here = new URL('./', import.meta.url);
const rooms = Object.entries<Room>(patterns);

test('the map has every room of the folder', () => {
  const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(Object.keys(patterns).sort()).toEqual(folders.map(({ name }) => name).sort());
});

describe.each(rooms)('%s', (name, room) => {
  const properties =
    (room.options as { properties?: Record<string, { default?: unknown }> }).properties ?? {};

  test('needs no options: its defaults are valid', () => {
    expect(problemsOf(room.options, Default(room.options, {}))).toEqual([]);
  });

  test('refuses options that it does not have', () => {
    const options = Default(room.options, { noSuchOption: 1 });
    expect(problemsOf(room.options, options)).toEqual([
      expect.stringContaining("unknown key 'noSuchOption'"),
    ]);
  });

  test('says in one line what it does', () => {
    expect(room.summary).toMatch(/^\S.{10,120}\S$/);
  });

  test('has its options, its plugin and its README in its folder', () => {
    const files = readdirSync(new URL(`${name}/`, here));
    expect(files).toEqual(expect.arrayContaining(['options.ts', `${name}.ts`, 'README.md']));
  });

  test('has a row for each option in its README, with the default', () => {
    const readme = readFileSync(new URL(`${name}/README.md`, here), 'utf8');
    for (const [option, schema] of Object.entries(properties)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${option}\` |`));
      expect(row, option).toContain(`| ${JSON.stringify(schema.default)} |`);
    }
  });
});
