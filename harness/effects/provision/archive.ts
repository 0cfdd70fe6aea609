import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumIn, pinnedChecksum } from './checksums.ts';
import { download, fetchText, knock } from './download.ts';
import { makeInStaging } from './staging.ts';
import { isPlatform, type ToolSpec } from './tools.ts';
import { programIn } from './unpack.ts';
import type { Context, Found, Tried } from './way.ts';

/** Downloads the archive that the tool's makers published, checks it, and takes the program out of it. */
export async function fetchArchive(spec: ToolSpec, context: Context): Promise<Found | Tried | null> {
  if (spec.releases === undefined) return null;
  const source = await sourceOf(spec, context);
  if ('why' in source) return source;
  return makeInStaging(spec, context, async (staging) => {
    const expected = source.pin ?? (await publishedChecksum(source, context));
    const file = join(staging, source.archive);
    const sum = await download(source.url, file, context.downloads, (bytes, total) =>
      context.onProgress(progressLine(source, context, bytes, total)),
    );
    if (sum !== expected) {
      const whose = source.pin ? 'the one pinned' : "the release's own";
      return { why: `${source.url} is not used: its SHA-256 is ${sum}, ${whose} is ${expected}` };
    }
    const program = await programIn(await readFile(file), source.archive, spec.binary);
    await writeFile(join(staging, spec.binary), program, { mode: 0o755, flag: 'wx' });
    return null;
  });
}

/** Where the archive would come from, asked of its server, or why it would not. Takes none of it. */
export async function askForArchive(spec: ToolSpec, context: Context): Promise<{ url: string } | Tried> {
  const source = await sourceOf(spec, context);
  if ('why' in source) return source;
  try {
    if (source.pin === undefined) await publishedChecksum(source, context);
    await knock(source.url, context.downloads);
    return { url: source.url.href };
  } catch (error) {
    return { why: (error as Error).message };
  }
}

type Source = {
  archive: string;
  url: URL;
  /** The official address, or the mirror in its place. */
  base: URL;
  /** Where its makers publish its checksum, and the one that is pinned: this rules. */
  checksums: URL;
  pin: string | undefined;
};

async function sourceOf({ releases }: ToolSpec, context: Context): Promise<Source | Tried> {
  const { name, version, modFolder, mirror, officialBase } = context;
  const platform = `${process.platform}-${process.arch}`;
  if (mirror === 'off') return { why: 'GAUNTLET_MIRROR is off' };
  if (releases === undefined || !isPlatform(platform)) return { why: `none is known for ${platform}` };
  const archive = releases.archives(version)[platform];
  const folder = `${releases.repository}/releases/download/v${version}/`;
  const base = mirror ?? officialBase;
  return {
    archive,
    url: new URL(`${folder}${archive}`, base),
    base,
    checksums: new URL(`${folder}${releases.checksums(version)}`, officialBase),
    pin: await pinnedChecksum(modFolder, name, version, platform),
  };
}

/**
 * For a version that has no pin yet. Never taken from a mirror: whoever can change an archive there could change the
 * checksum beside it.
 */
async function publishedChecksum(source: Source, { downloads }: Context): Promise<string> {
  const sum = checksumIn(await fetchText(source.checksums, downloads), source.archive);
  if (sum === undefined) throw new Error(`${source.checksums} has no checksum of ${source.archive}`);
  return sum;
}

function progressLine(source: Source, context: Context, bytes: number, total: number | null): string {
  const parts = total === null ? [bytes] : [bytes, total];
  const megabytes = parts.map((part) => (part / 1e6).toFixed(1)).join(' of ');
  const own = source.pin ? '' : " (checked by the release's own checksum, for none is pinned)";
  return `downloading ${context.name} ${context.version}: ${megabytes} MB from ${source.base}${own}`;
}

/** What somebody can do so that the archive is had the next time, if anything. */
export function archiveAdvice({ releases }: ToolSpec, { name, mirror, officialBase }: Context): string[] {
  if (releases === undefined || !isPlatform(`${process.platform}-${process.arch}`)) return [];
  if (mirror === 'off') return [`take GAUNTLET_MIRROR=off away, so that ${name} can be downloaded`];
  if (mirror !== null) return [`see that the mirror that GAUNTLET_MIRROR names has ${name}'s release`];
  return [`let this machine reach ${officialBase}, or name a mirror of it in GAUNTLET_MIRROR`];
}
