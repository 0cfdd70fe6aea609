import { hash } from 'node:crypto';

/**
 * What an answer depends on, and nothing else: the input itself and not a name for it, the version that is asked, and
 * the version of what happens to the input before. Without versions it is the key of the usual sample.
 */
export function keyOf(
  { rows, pixels }: { rows: number; pixels: Float32Array },
  versions: { model: string; preprocessing: string } | null,
): string {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const input = `${rows} ${hash('sha256', bytes, 'base64')}`;
  return versions === null ? input : `${versions.model} ${versions.preprocessing} ${input}`;
}
