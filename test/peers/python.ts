import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PYTHONS = ['python3', 'python'] as const;
/** The oldest for which the pinned packages have wheels. */
const LEAST = [3, 11] as const;
/** Written last, so that a folder without it is a half-made one. */
const DONE = 'complete';
const MOST_MS = 10 * 60_000;

export interface PreparePython {
  /** A pip requirements file with every version pinned. */
  requirements: string;
  cacheDir: string;
  onProgress: (line: string) => void;
  signal: AbortSignal;
  /** Default: that of this process. */
  env?: NodeJS.ProcessEnv;
}

/** A Python that has the packages, or in one line why there is none. */
export type PreparedPython = { python: string } | { missing: string };

/** An environment with the packages of a requirements file, made once and kept in the cache by their digest. */
export async function preparePython(options: PreparePython): Promise<PreparedPython> {
  const base = await findPython(options);
  if ('missing' in base) return base;
  const wanted = await readFile(options.requirements, 'utf8');
  const digest = createHash('sha256').update(`${base.version}\n${wanted}`).digest('hex').slice(0, 16);
  const folder = join(options.cacheDir, 'python', digest);
  const python = join(folder, 'bin', 'python');
  if (await isThere(join(folder, DONE))) return { python };
  const missing = await makeEnvironment(base.command, folder, options);
  return missing === null ? { python } : { missing };
}

async function findPython(
  options: PreparePython,
): Promise<{ command: string; version: string } | { missing: string }> {
  const old: string[] = [];
  for (const command of PYTHONS) {
    const version = await versionOf(command, options);
    if (version === null) continue;
    if (isNewEnough(version)) return { command, version };
    old.push(`${command} is ${version}`);
  }
  const need = `Python ${LEAST.join('.')} or newer with venv and pip`;
  return { missing: old.length === 0 ? `no ${need} on PATH` : `${old.join(', ')}, not ${need}` };
}

async function versionOf(command: string, { env, signal }: PreparePython): Promise<string | null> {
  const ask = 'import platform; print(platform.python_version())';
  const said = await run(command, ['-c', ask], { env, signal }).catch(() => null);
  signal.throwIfAborted();
  return said?.stdout.trim() ?? null;
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

/** Null when it is there; it is made beside its place and moved there whole, whoever else makes it meanwhile. */
async function makeEnvironment(
  command: string,
  folder: string,
  { requirements, onProgress, signal, env }: PreparePython,
): Promise<string | null> {
  const staging = `${folder}.staging-${process.pid}-${randomBytes(4).toString('hex')}`;
  const bounds = { env, signal, timeout: MOST_MS };
  try {
    await mkdir(staging, { recursive: true });
    onProgress('making a Python environment, once, half a minute …');
    await run(command, ['-m', 'venv', staging], bounds);
    onProgress(`installing what ${requirements} names …`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await run(join(staging, 'bin', 'python'), pip, bounds);
    await writeFile(join(staging, DONE), '');
    await moveTo(folder, staging);
    return null;
  } catch (error) {
    signal.throwIfAborted();
    return `${command} could not make its environment: ${lastLineOf(error as Error & { stderr?: string })}`;
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Programs of the environment are run by `python -m`, which does not mind having been moved. */
async function moveTo(folder: string, staging: string): Promise<void> {
  if (await isThere(join(folder, DONE))) return; // Another was quicker.
  await rm(folder, { recursive: true, force: true });
  await rename(staging, folder);
}

function lastLineOf({ stderr, message }: Error & { stderr?: string }): string {
  return (stderr || message).trim().split('\n').at(-1)!;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
