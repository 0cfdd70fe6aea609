import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checksumIn, pinnedChecksum } from './checksums.ts';
import { parseGoMod } from './go-mod.ts';
import { PLATFORMS, type ToolSpec, tools } from './tools.ts';

const sum = (digit: string): string => digit.repeat(64);

describe.each(Object.entries<ToolSpec>(tools))('%s', (name, spec) => {
  const modFolder = join(import.meta.dirname, '../../../tools');
  const { required } = parseGoMod(readFileSync(join(modFolder, 'go.mod'), 'utf8'));
  const version = required.get(spec.goModule)!;

  test.each(PLATFORMS)('has a checksum pinned of the version that go.mod pins, for %s', async (platform) => {
    expect(await pinnedChecksum(modFolder, name, version, platform)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('pins', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gauntlet-pins-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const pins = (content: unknown): void =>
    writeFileSync(join(folder, 'archives.json'), JSON.stringify(content));

  test('belong to a tool, a version and a platform', async () => {
    pins({ tiny: { '1.4.2': { 'linux-x64': sum('a') } } });
    expect(await pinnedChecksum(folder, 'tiny', '1.4.2', 'linux-x64')).toBe(sum('a'));
    expect(await pinnedChecksum(folder, 'tiny', '1.4.3', 'linux-x64')).toBeUndefined();
    expect(await pinnedChecksum(folder, 'tiny', '1.4.2', 'darwin-arm64')).toBeUndefined();
    expect(await pinnedChecksum(folder, 'small', '1.4.2', 'linux-x64')).toBeUndefined();
  });

  test('that are malformed are all named at once', async () => {
    pins({ tiny: { '1.4.2': { 'linux-x64': 'abc', 'linux-x86': sum('a') } } });
    await expect(pinnedChecksum(folder, 'tiny', '1.4.2', 'linux-x64')).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/archives\.json: (?=.*linux-x64)(?=.*linux-x86)/),
    });
  });
});

test('a checksum is read from what sha256sum prints, by the whole name of the file', () => {
  const text = [
    `${sum('a')}  tiny_1.4.2_linux_amd64.tar.gz.sbom.json`,
    `${sum('B')} *tiny_1.4.2_linux_amd64.tar.gz`,
    `${sum('c').slice(1)}  short.tar.gz`,
    'nonsense',
  ].join('\r\n');
  expect(checksumIn(text, 'tiny_1.4.2_linux_amd64.tar.gz')).toBe(sum('b'));
  expect(checksumIn(text, 'linux_amd64.tar.gz')).toBeUndefined();
  expect(checksumIn(text, 'short.tar.gz')).toBeUndefined();
  expect(checksumIn('', 'tiny')).toBeUndefined();
});
