import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

// The npm package as a user has it.

export const root = join(import.meta.dirname, '../..');

/** Builds and packs it into a folder that is there. */
export function pack(folder: string): { archive: string; files: string[] } {
  execFileSync(process.execPath, [join(root, 'tools/build-package.ts')], { stdio: 'inherit' });
  const [made] = JSON.parse(npm(root, 'pack', './dist', '--json', '--pack-destination', folder)) as [
    { filename: string; files: { path: string }[] },
  ];
  return { archive: join(folder, made.filename), files: made.files.map(({ path }) => path) };
}

/** Installs an archive, or a package by its name, into a new folder. */
export function install(into: string, what: string): void {
  mkdirSync(into);
  npm(into, 'init', '-y');
  npm(into, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', what);
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
