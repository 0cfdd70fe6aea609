import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { ProgramSpec, ToolSpec } from './tools.ts';
import type { Context, Found, SearchContext, Tried } from './way.ts';

const VERSION_TIMEOUT_MS = 20_000;

export async function programsOnPath(binary: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  // A relative entry means another folder each time we are called from elsewhere: not to be trusted.
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const paths = [...new Set(folders)].map((folder) => join(folder, binary));
  const usable = await Promise.all(paths.map(isProgram));
  return paths.filter((_, index) => usable[index]);
}

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

export function askVersion(
  path: string,
  spec: ProgramSpec,
  context: SearchContext,
): Promise<{ version: string } | Tried> {
  const env = { ...context.env, ...spec.versionEnv };
  const options = {
    env,
    timeout: VERSION_TIMEOUT_MS,
    killSignal: 'SIGKILL' as const,
    signal: context.signal,
  };
  return new Promise((resolve) => {
    execFile(path, [...spec.versionArgs], options, (error, stdout, stderr) => {
      const command = [path, ...spec.versionArgs].join(' ');
      const version = spec.versionPattern.exec(`${stdout}\n${stderr}`)?.[1];
      if (error) resolve({ why: `\`${command}\` failed: ${howItFailed(error)}` });
      else if (version === undefined) resolve({ why: `\`${command}\` names no version` });
      else resolve({ version });
    });
  });
}

/** A program that we made must be of the very version that go.mod pins. */
export async function askPinnedVersion(
  path: string,
  spec: ToolSpec,
  context: Context,
): Promise<Found | Tried> {
  const answer = await askVersion(path, spec, context);
  if ('why' in answer) return answer;
  if (answer.version !== context.version)
    return { why: `${path} is ${answer.version}, not ${context.version}` };
  return { path, version: answer.version };
}

function howItFailed(error: { code?: number | string | null; signal?: NodeJS.Signals | null }): string {
  if (error.signal) return `ended by ${error.signal}`;
  return typeof error.code === 'number' ? `exit code ${error.code}` : `${error.code}`;
}
