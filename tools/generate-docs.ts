// Writes the pages of docs/ that are made from the code:
//   node tools/generate-docs.ts          writes them
//   node tools/generate-docs.ts --check  says which are not what they would be, exit 1
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defectsPage } from '../test/defects/page.ts';
import { errorsPage, provokeAll } from '../test/errors/page.ts';
import { evidencePage } from './evidence-page.ts';

const pages: Record<string, () => Promise<string>> = {
  'docs/errors.md': async () => errorsPage(await provokeAll()),
  'docs/defects.md': defectsPage,
  'docs/evidence.md': evidencePage,
};

for (const [name, make] of Object.entries(pages)) {
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const text = await make();
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${name} is not what the code says; run npm run docs`);
    process.exitCode = 1;
  }
}
