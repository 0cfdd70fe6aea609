// The one file of plain JavaScript: it also runs where TypeScript can't, and says so in words.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  console.error(
    `Gauntlet needs Node 24.12 or newer; this is ${process.versions.node}.\n` +
      'npm scripts use the right one by themselves: npm ci, then npm run loadtest.',
  );
  process.exit(64);
}
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
