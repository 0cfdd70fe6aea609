import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { makeFiles } from './make-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gauntlet-make-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'old'));
  writeFileSync(join(root, 'old/file'), 'as it was');
});

const at = (path: string) => join(root, path);
const all = () => readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
const replaced = (path: string) => ({ path: at(path), text: 'replaced' });

test('makes files with their folders, and replaces the one', async () => {
  await makeFiles({ [at('new/deep/a')]: 'a', [at('new/b')]: 'b' }, replaced('old/file'));
  expect(all()).toEqual(['new', 'new/b', 'new/deep', 'new/deep/a', 'old', 'old/file']);
  expect(readFileSync(at('new/deep/a'), 'utf8')).toBe('a');
  expect(readFileSync(at('old/file'), 'utf8')).toBe('replaced');
});

test.each([
  ['a file that is there already', ['new/a', 'old/file'], 'old/file', 'EEXIST: file already exists, open'],
  ['a folder that can not be', ['new/a', 'old/file/b'], 'old/file', 'EEXIST: file already exists, mkdir'],
  ['a file to replace that can not be', ['new/a', 'old/b'], 'nowhere/file', 'ENOENT'],
])('%s leaves everything as it was', async (_, made, path, words) => {
  const files = Object.fromEntries(made.map((name) => [at(name), 'new']));
  await expect(makeFiles(files, replaced(path))).rejects.toThrow(`Nothing was made: ${words}`);
  expect(all()).toEqual(['old', 'old/file']);
  expect(readFileSync(at('old/file'), 'utf8')).toBe('as it was');
});
