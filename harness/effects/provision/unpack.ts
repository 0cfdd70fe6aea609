// Only the program's bytes are taken out of an archive, and the caller says where they go: no path, link or mode
// that stands in an archive ever touches the disk.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { unzipSync } from 'fflate';
import { unpackTar } from 'modern-tar';

const gunzipped = promisify(gunzip);
/** k6 takes some 80 MB; an archive that swells beyond this is none of ours. */
const MAX_BYTES = 500_000_000;

/** The bytes of the regular file called `program`, in whichever folder of a .tar.gz or .zip it lies. */
export async function programIn(archive: Uint8Array, name: string, program: string): Promise<Uint8Array> {
  const found = await readArchive(archive, name, (path) => path.split('/').at(-1) === program);
  if (found === undefined) throw new Error(`${name} holds no ${program}`);
  return found;
}

async function readArchive(
  archive: Uint8Array,
  name: string,
  wanted: (path: string) => boolean,
): Promise<Uint8Array | undefined> {
  try {
    return name.endsWith('.zip') ? fromZip(archive, wanted) : await fromTarGz(archive, wanted);
  } catch (error) {
    throw new Error(`${name} can't be unpacked: ${(error as Error).message}`);
  }
}

async function fromTarGz(
  archive: Uint8Array,
  wanted: (path: string) => boolean,
): Promise<Uint8Array | undefined> {
  const tar = await gunzipped(archive, { maxOutputLength: MAX_BYTES });
  const [entry] = await unpackTar(tar, {
    strict: true,
    filter: ({ type, name }) => type === 'file' && wanted(name),
  });
  return entry?.data;
}

function fromZip(archive: Uint8Array, wanted: (path: string) => boolean): Uint8Array | undefined {
  const entries = unzipSync(archive, {
    filter: ({ name, originalSize }) => originalSize <= MAX_BYTES && wanted(name),
  });
  return Object.values(entries)[0];
}
