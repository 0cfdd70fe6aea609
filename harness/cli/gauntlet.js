// The one file of plain JavaScript: it also runs where TypeScript can't, and says so in words.
const { readFileSync } = await import('node:fs');
const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const wanted = engines.node.replace('>=', '');
if (process.versions.node.localeCompare(wanted, 'en', { numeric: true }) < 0) {
  console.error(
    `Gauntlet needs Node ${wanted} or newer; this is ${process.versions.node}.\n` +
      'In a checkout npm scripts use the right one by themselves: npm ci, then npm run loadtest.',
  );
  process.exit(64);
}
const { setFlagsFromString } = await import('node:v8');
// A process that ends while V8 compiles in the background may hang for ever, about one in two hundred here:
// nodejs/node#54918, seen with Maglev and with Sparkplug. Turbofan's like flag, --no-concurrent-recompilation, is heeded
// on the command line only, and stands in the npm scripts, and in the first line of the package's copy of this file.
setFlagsFromString('--no-maglev');
setFlagsFromString('--no-concurrent-sparkplug');
// Compiled code is kept between runs, for the services too, which inherit the variable: a start is a third quicker.
const [{ enableCompileCache }, { join }] = await Promise.all([import('node:module'), import('node:path')]);
const { cacheDir } = await import('./cache-dir.ts');
process.env.NODE_COMPILE_CACHE ??= join(cacheDir, 'compiled');
enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
