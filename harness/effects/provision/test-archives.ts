import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { packTar, type TarEntry } from 'modern-tar';

/** A small release archive: a text for each path, or a whole entry for what is no regular file. */
export async function tarGz(files: Record<string, string>, more: readonly TarEntry[] = []): Promise<Buffer> {
  const entries = Object.entries(files).map(([name, body]): TarEntry => {
    return { header: { name, size: Buffer.byteLength(body), mode: 0o755 }, body };
  });
  return gzipSync(await packTar([...entries, ...more]));
}

export function zip(files: Record<string, string>): Buffer {
  const entries = Object.entries(files).map(([name, body]) => [name, strToU8(body)]);
  return Buffer.from(zipSync(Object.fromEntries(entries)));
}

export const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
