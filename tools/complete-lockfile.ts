// npm leaves optional packages of other platforms out of package-lock.json when the registry at hand doesn't have
// them; `npm ci` then refuses the file, here and on those platforms. This puts them back, by their names:
//   node tools/complete-lockfile.ts          adds what is missing
//   node tools/complete-lockfile.ts --check  says what is missing, exit 1
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, LockedPackage> };

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

const missing = Object.values(lock.packages).flatMap(({ optionalDependencies = {}, dev }) =>
  Object.entries(optionalDependencies)
    .filter(([name, range]) => !(`node_modules/${name}` in lock.packages) && /^\d/.test(range))
    .map(([name, version]) => ({ name, entry: platformPackage(name, version, dev) })),
);

function platformPackage(name: string, version: string, dev: boolean | undefined): LockedPackage {
  const words = name.split(/[/-]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length !== 1 || cpu.length !== 1)
    throw new Error(`${name} does not name its platform; add it by hand`);
  const libc = words.includes('musl') ? ['musl'] : os[0] === 'linux' ? ['glibc'] : [];
  return { version, cpu, ...(dev ? { dev } : {}), ...(libc.length > 0 ? { libc } : {}), optional: true, os };
}

if (process.argv.includes('--check')) {
  for (const { name } of missing)
    console.error(`package-lock.json lacks ${name}; run node tools/complete-lockfile.ts`);
  process.exit(missing.length > 0 ? 1 : 0);
}
for (const { name, entry } of missing) lock.packages[`node_modules/${name}`] = entry;
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(`${missing.length} packages added`);
