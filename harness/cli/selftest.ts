import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { EXIT } from '#contract/exit-codes.ts';
import { laws } from '#slo/selftest/laws.ts';
import { wholeNumber } from './options.ts';
import { falsePassChart } from './selftest/chart.ts';
import { boundText, type Finding, findingsOf, shareText } from './selftest/findings.ts';
import { CHART_FILE, selftestPage } from './selftest/page.ts';
import { playAll } from './selftest/play-all.ts';
import type { Verb } from './verb.ts';

interface SelftestOptions {
  quick: boolean;
  seed: number;
  out?: string;
}

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));

/** `selftest`: proves the rules that judge, on servers whose truth is known. */
export const selftest: Verb = {
  summary: 'proves the rules that judge: false passes, intervals, power, on servers whose truth is known',
  examples: ['npm run selftest', 'npm run selftest -- --quick'],
  configure: (command: Command) =>
    command
      .option('--quick', 'fewer runs, in less than a minute, and no page', false)
      .option('--seed <n>', 'seed of the simulation', wholeNumber(0, 200_000), 1)
      .option('--out <dir>', 'folder for selftest.md and its chart (default: docs)'),
  run: async ({ quick, seed, out }: SelftestOptions) => {
    const findings = findingsOf(await playAll({ seed, quick, onCase: progress }));
    process.stdout.write(`${summary(findings).join('\n')}\n`);
    if (!quick || out !== undefined) {
      process.stdout.write(`${await writePage(findings, seed, resolve(out ?? DOCS))}\n`);
    }
    return findings.some(({ state }) => state === 'broken') ? EXIT.fail : EXIT.pass;
  },
};

function progress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} situations${done === of ? '\n' : ''}`);
}

/** A line a law, and each bound that was missed. */
function summary(findings: readonly Finding[]): string[] {
  const counts = Object.entries(laws).flatMap(([name, { title }]) => {
    const asked = findings.filter(({ law, state }) => law === name && state !== null);
    const held = asked.filter(({ state }) => state === 'held').length;
    return asked.length === 0 ? [] : [`${title}: ${held} of ${asked.length} bounds held`];
  });
  const missed = findings
    .filter(({ state }) => state === 'by chance' || state === 'broken')
    .map(
      ({ state, situation, measure, share }) =>
        `  ${state === 'broken' ? 'BROKEN' : 'missed, which chance explains'}: ${situation}: ${measure.what} ` +
        `${shareText(share)}, asked ${boundText(measure)}`,
    );
  return [...counts, ...missed];
}

async function writePage(findings: readonly Finding[], seed: number, folder: string): Promise<string> {
  const rare = findings.filter(({ law }) => law === 'rare').map(({ share }) => share);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, CHART_FILE), `${falsePassChart(rare)}\n`);
  await writeFile(join(folder, 'selftest.md'), selftestPage(findings, seed));
  return join(folder, 'selftest.md');
}
