// Makes dist/, the folder of the npm package: JavaScript and declarations of what a user runs, and the files that it
// reads. Node strips no types in node_modules, so what a checkout runs from its sources is compiled here.
//   node tools/build-package.ts    makes it anew; npm run pack makes the archive of it too
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { ON_DEMAND } from '../harness/contract/packages.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');

/** TypeScript says of each alias that it stays as it is; the manifest maps them to what they are here. */
const ALIAS_STAYS = 2877;

/** Read while it runs, besides code; folders whole. */
const DATA = [
  'harness/cli/live/page',
  'slo/objectives',
  'dashboards/generated',
  'tools/go.mod',
  'tools/go.sum',
  'tools/archives.json',
  'action.yml',
  'LICENSE',
  'CHANGELOG.md',
];
/**
 * Dependencies that the package does without: some are bundled, Node is whatever runs it, and images of the system are
 * made in a checkout.
 */
const LEFT_OUT = /^(node|echarts|zrender|testcontainers|@stdlib\/.*)$/;
/** Packages of which little is used: lines and axes of ECharts' 60 MB, six functions of 27 MB of statistics. */
const BUNDLED = /["'](echarts|zrender|@stdlib)\//;
const NOT_PACKED = ['#dashboards/*', '#test/*'];
/** Read by the reference system, by their endings. */
const MODELS = 'sut/models';
const OF_MODELS = /\.(onnx|json)$/;

interface NamedPackage {
  name: string;
  version: string;
}

interface Manifest {
  version: string;
  description: string;
  license: string;
  imports: Record<string, string>;
  dependencies: Record<string, string>;
}

rmSync(dist, { recursive: true, force: true });
compile('tsconfig.package.json');
compile('scenarios/tsconfig.json');
for (const path of DATA) copy(path);
for (const name of readdirSync(join(root, MODELS))) if (OF_MODELS.test(name)) copy(`${MODELS}/${name}`);
cpSync(join(root, 'docs/package.md'), join(dist, 'README.md'));
write('harness/cli/gauntlet.js', entryFile(read('harness/cli/gauntlet.js')));
await bundle();
const packed = JSON.parse(read('package.json')) as Manifest;
write('package.json', `${JSON.stringify(manifestOf(packed), null, 2)}\n`);
for (const path of filesIn(dist))
  if (path.endsWith('.js')) writeFileSync(path, asTyped(readFileSync(path, 'utf8')));

function compile(config: string): void {
  const emit = {
    noEmit: false,
    rootDir: root,
    outDir: dist,
    declaration: true,
    rewriteRelativeImportExtensions: true,
  };
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const parsed = ts.getParsedCommandLineOfConfigFile(join(root, config), emit, host)!;
  const files = parsed.fileNames.filter((name) => !name.endsWith('.test.ts'));
  const program = ts.createProgram(files, parsed.options);
  const { diagnostics } = program.emit();
  const wrong = [...ts.getPreEmitDiagnostics(program), ...diagnostics].filter(
    ({ code }) => code !== ALIAS_STAYS,
  );
  for (const diagnostic of wrong) fail(diagnostic);
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.formatDiagnostic(diagnostic, ts.createCompilerHost({})));
}

/** Takes what is used of some large packages along, and their licences. */
async function bundle(): Promise<void> {
  const importers = filesIn(dist).filter(
    (path) => path.endsWith('.js') && BUNDLED.test(readFileSync(path, 'utf8')),
  );
  // What the project's own files import besides stays an import; what a package's file imports comes with it.
  const external = (id: string, importer: string | undefined, isResolved: boolean) =>
    !isResolved && importer !== undefined && importers.includes(importer) && !BUNDLED.test(`'${id}'`);
  const input = Object.fromEntries(
    importers.map((path) => [relative(dist, path).replace(/\.js$/, ''), path]),
  );
  const made = await rolldown({ input, platform: 'node', external, logLevel: 'warn' });
  const { output } = await made.write({
    dir: dist,
    format: 'esm',
    chunkFileNames: 'bundled/[name].js',
    minify: true,
  });
  await made.close();
  const parts = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  const folders = parts.flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  write('bundled/LICENSES.txt', licencesOf([...new Set(folders)].toSorted()));
}

/** Each text once, under the names of the packages that it is for. */
function licencesOf(folders: readonly string[]): string {
  const namesOf = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as NamedPackage;
    const texts = readdirSync(folder).filter(
      (file) => /^(licen[cs]e|notice)(\.|$)/i.test(file) && statSync(join(folder, file)).isFile(),
    );
    const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    namesOf.set(text, [...(namesOf.get(text) ?? []), `${name} ${version}`]);
  }
  return [...namesOf]
    .map(([text, names]) => `${names.join('\n')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Checked by node before it is compiled, so it is plain JavaScript already; what it starts is JavaScript here. */
function entryFile(text: string): string {
  return `#!/usr/bin/env -S node --no-concurrent-recompilation\n${text.replace(/'(\.\/[a-z-]+)\.ts'/g, "'$1.js'")}`;
}

/** Commands as a user of the package types them. */
function asTyped(code: string): string {
  return code.replace(
    /npm run (?:--silent )?(\$\{[^}]+\}|[a-z]+)( -- )?/g,
    (_, verb, dashes) => `npx gauntlet ${verb}${dashes ? ' ' : ''}`,
  );
}

function manifestOf({ version, description, license, imports, dependencies }: Manifest): object {
  const of = (wanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(dependencies).filter(([name]) => wanted(name)));
  const onDemand = of((name) => (ON_DEMAND as readonly string[]).includes(name));
  return {
    name: 'gauntlet',
    version,
    description,
    license,
    type: 'module',
    // What its dependencies ask for; from here on Node runs experiments in TypeScript too.
    engines: { node: '>=22.19' },
    bin: { gauntlet: 'harness/cli/gauntlet.js' },
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
    imports: Object.fromEntries(
      Object.entries(imports)
        .filter(([alias]) => !NOT_PACKED.includes(alias))
        .map(packedImport),
    ),
    dependencies: of((name) => !(name in onDemand) && !LEFT_OUT.test(name)),
    peerDependencies: Object.fromEntries(
      Object.entries(onDemand).map(([name, version]) => [name, `^${version}`]),
    ),
    peerDependenciesMeta: Object.fromEntries(Object.keys(onDemand).map((name) => [name, { optional: true }])),
  };
}

/** Compiled files import each other by the same aliases, which name sources. */
function packedImport([alias, path]: [string, string]): [string, object] {
  const at = `${path.slice(0, -1)}*`;
  return [`${alias}.ts`, { types: `${at}.d.ts`, default: `${at}.js` }];
}

function copy(from: string, to = from): void {
  cpSync(join(root, from), join(dist, to), { recursive: true });
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dist, path)), { recursive: true });
  writeFileSync(join(dist, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}
