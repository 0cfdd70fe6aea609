import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { ON_DEMAND } from '#contract/packages.ts';

interface Versions {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** Refuses to start the reference system where npm packages that it needs are not installed; `root` is Gauntlet's folder. */
export function refuseWithoutPackages(root: string): void {
  const missing = ON_DEMAND.filter((name) => !isInstalled(name, root));
  if (missing.length === 0) return;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Versions;
  const known = { ...manifest.dependencies, ...manifest.peerDependencies };
  throw new GauntletError(
    'package-missing',
    `The reference system needs npm packages that are not installed here: ${missing.join(', ')}.\n` +
      `To install them: npm install --save-dev --onnxruntime-node-install=skip ${missing.map((name) => `${name}@${known[name]}`).join(' ')}`,
  );
}

/** Wherever Node would look for it from there. */
function isInstalled(name: string, root: string): boolean {
  const places = createRequire(join(root, 'package.json')).resolve.paths(name) ?? [];
  return places.some((place) => existsSync(join(place, name, 'package.json')));
}
