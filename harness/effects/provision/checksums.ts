// Pins stand in archives.json beside go.mod: tool → version → platform → SHA-256 of the release archive.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { GauntletError } from '#contract/errors.ts';
import { isValid, problemsOf } from '#contract/validate.ts';
import { PLATFORMS, type Platform } from './tools.ts';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const byPlatform = Object.fromEntries(PLATFORMS.map((platform) => [platform, Type.Optional(Sha256)]));
const PinsSchema = Type.Record(
  Type.String(),
  Type.Record(Type.String(), Type.Object(byPlatform, { additionalProperties: false })),
);

/** The pinned checksum, if there is one of this very version and platform. */
export async function pinnedChecksum(
  modFolder: string,
  name: string,
  version: string,
  platform: Platform,
): Promise<string | undefined> {
  const file = join(modFolder, 'archives.json');
  const pins: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isValid(PinsSchema, pins))
    throw new GauntletError('internal', `${file}: ${problemsOf(PinsSchema, pins).join('; ')}`);
  return pins[name]?.[version]?.[platform];
}

/** The checksum of a file in what `sha256sum` prints, one line a file. */
export function checksumIn(text: string, file: string): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *](.+)$/i.exec(line) ?? [];
    if (name === file) return sum?.toLowerCase();
  }
  return undefined;
}
