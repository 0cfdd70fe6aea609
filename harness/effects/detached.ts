import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { unwritable } from './run-folder.ts';

/**
 * Starts a file in this Node and leaves it alone: it has a session of its own, so that neither the end of ours nor
 * that of the terminal reaches it. Its output is appended to the log. Returns the process's number.
 */
export function startDetached(args: readonly string[], logFile: string, env: NodeJS.ProcessEnv): number {
  let log: number;
  try {
    mkdirSync(dirname(logFile), { recursive: true });
    log = openSync(logFile, 'a');
  } catch (error) {
    throw unwritable(logFile, error);
  }
  try {
    const child = spawn(process.execPath, [...args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
    });
    child.unref();
    return child.pid!;
  } finally {
    closeSync(log);
  }
}
