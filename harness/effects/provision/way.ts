import type { DownloadOptions } from './download.ts';
import type { ToolSpec } from './tools.ts';

/** A way to come by a tool: null where the tool has no such way. Aborted, it rejects with the signal's reason. */
export type Way = (spec: ToolSpec, context: Context) => Promise<Found | Tried | null>;

export type Found = { path: string; version: string };

/** Why a way led nowhere. */
export type Tried = { why: string };

/** What is told of any program that is looked for. */
export type SearchContext = {
  /** What messages and the cache call it. */
  name: string;
  onProgress: (line: string) => void;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal | undefined;
};

/** What every way is told of the tool that is looked for. */
export type Context = SearchContext & {
  /** Folder of the go.mod that pins it. */
  modFolder: string;
  goVersion: string;
  /** The version that go.mod pins, and where a program of that version is kept. */
  version: string;
  finalFolder: string;
  /** Where release archives are published, and what GAUNTLET_MIRROR puts in its place. */
  officialBase: URL;
  mirror: URL | 'off' | null;
  downloads: DownloadOptions;
};
