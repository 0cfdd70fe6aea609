// `npm run selftest`.
import { main } from '#harness/cli/main.ts';
import { selftest } from './verb.ts';

await main(['selftest', ...process.argv.slice(2)], { selftest });
