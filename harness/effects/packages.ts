import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { ON_DEMAND } from '#contract/packages.ts';

interface Versions {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** npm packages that the reference system needs and are not installed; `root` is Gauntlet's folder. */
export function missingPackages(root: string): string[] {
  return ON_DEMAND.filter((name) => !isInstalled(name, root));
}

/** The command line that installs them, at the versions that Gauntlet is tested with. */
export function installing(missing: readonly string[], root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Versions;
  const known = { ...manifest.dependencies, ...manifest.peerDependencies };
  const wanted = missing.map((name) => `${name}@${known[name]}`);
  return `npm install --save-dev --onnxruntime-node-install=skip ${wanted.join(' ')}`;
}

/** Refuses to start the reference system without them. */
export function refuseWithoutPackages(root: string): void {
  const missing = missingPackages(root);
  if (missing.length === 0) return;
  throw new GauntletError(
    'package-missing',
    `The reference system needs npm packages that are not installed here: ${missing.join(', ')}.\n` +
      `To install them: ${installing(missing, root)}`,
  );
}

/** Wherever Node would look for it from there. */
function isInstalled(name: string, root: string): boolean {
  const places = createRequire(join(root, 'package.json')).resolve.paths(name) ?? [];
  return places.some((place) => existsSync(join(place, name, 'package.json')));
}
