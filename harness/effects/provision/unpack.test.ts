import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { tarGz, zip } from './test-archives.ts';
import { programIn } from './unpack.ts';

const textOf = async (archive: Uint8Array, name: string): Promise<string> =>
  Buffer.from(await programIn(archive, name, 'tiny')).toString();

const files = { LICENSE: 'free', 'tiny-1.4.2/README.md': 'read me', 'tiny-1.4.2/tiny': 'the program' };

test.each([
  ['tiny.tar.gz', () => tarGz(files)],
  ['tiny.zip', () => zip(files)],
])('the program is taken out of %s, whichever folder it lies in', async (name, make) => {
  expect(await textOf(await make(), name)).toBe('the program');
});

test.each([
  ['tiny.tar.gz', () => tarGz({ 'tiny/README': 'read me', 'not-tiny': 'x' })],
  ['tiny.zip', () => zip({ 'tiny/README': 'read me', 'not-tiny': 'x' })],
])('%s without the program is refused, though a folder is called like it', async (name, make) => {
  await expect(textOf(await make(), name)).rejects.toThrow(`${name} holds no tiny`);
});

test('a link that is called like the program is not followed', async () => {
  const link = { name: 'tiny', size: 0, type: 'symlink', linkname: '/bin/sh' } as const;
  await expect(textOf(await tarGz({}, [{ header: link }]), 'tiny.tar.gz')).rejects.toThrow('holds no tiny');
});

test.each([
  ['a page', 'tiny.tar.gz', async () => Buffer.from('<html>'), 'incorrect header check'],
  ['a page', 'tiny.zip', async () => Buffer.from('<html>'), 'invalid zip data'],
  ['half of it', 'tiny.tar.gz', async () => (await tarGz(files)).subarray(0, 60), 'unexpected end of file'],
  ['half of it', 'tiny.zip', async () => zip(files).subarray(0, 60), 'invalid zip data'],
  ['a gzipped page', 'tiny.tar.gz', async () => gzipSync('<html>'.repeat(200)), 'invalid tar'],
])('%s in place of %s is refused in words', async (_what, name, make, words) => {
  await expect(textOf(await make(), name)).rejects.toThrow(
    new RegExp(`^${name} can't be unpacked: .*${words}`, 'i'),
  );
});
