// Writes the pages that are made from the code, and from the records of comparisons:
//   node tools/generate-docs.ts          writes them
//   node tools/generate-docs.ts --check  says which are not what they would be, exit 1
import { benchmarksText, roomReadmes, whichPatternText } from '../harness/cli/benchmarks.ts';
import { stackFiles } from '../sut/stack.ts';
import { defectsSection } from '../test/defects/section.ts';
import { errorsPage, provokeAll } from '../test/errors/page.ts';
import { withDefects } from '../test/selftest/page.ts';
import { evidencePage } from './evidence-page.ts';
import { writeOrCompare } from './generated.ts';
import { sampleReports } from './samples.ts';

const stack = Object.entries(stackFiles()).map(
  ([name, file]) => [`compose/${name}`, async () => `${JSON.stringify(file, null, 2)}\n`] as const,
);

/** Each from what it is now: of some a part is made elsewhere, and stays. */
const made = { ...(await roomReadmes()), ...(await sampleReports()) };
const whole = Object.entries(made).map(([path, text]) => [path, async () => text] as const);
const pages: Record<string, (now: string) => Promise<string>> = {
  ...Object.fromEntries(whole),
  ...Object.fromEntries(stack),
  'docs/errors.md': async () => errorsPage(await provokeAll()),
  'docs/selftest.md': async (now) => withDefects(now, (await defectsSection()).markdown),
  'reports/BENCHMARKS.md': () => benchmarksText(),
  'docs/which-pattern.md': () => whichPatternText(),
  'docs/evidence.md': evidencePage,
};

await writeOrCompare(pages, 'npm run docs');
