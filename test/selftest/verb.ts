import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import { fingerprintOf } from '#contract/fingerprint.ts';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { wholeNumber } from '#harness/cli/options.ts';
import type { Verb } from '#harness/cli/verb.ts';
import { readCalibrations } from '#harness/effects/calibration-cache.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { defectsSection } from '../defects/section.ts';
import { stallSection } from '../stall/section.ts';
import { stallOutcome } from '../stall/told.ts';
import { falsePassChart } from './chart.ts';
import { type Finding, findingsOf } from './findings.ts';
import { CHART_FILE } from './law-sections.ts';
import { type Proofs, selftestPage } from './page.ts';
import { playAll } from './play-all.ts';
import { summary } from './summary.ts';

interface SelftestOptions {
  quick: boolean;
  seed: number;
  out?: string;
}

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));

/** `selftest`: proves the rules that judge, on servers whose truth is known. */
export const selftest: Verb = {
  summary: 'proves what judges: a server that stops, rules on servers whose truth is known, planted defects',
  examples: ['npm run selftest', 'npm run selftest -- --quick'],
  configure: (command: Command) =>
    command
      .option('--quick', 'the rules alone, in less than a minute, and no page', false)
      .option('--seed <n>', 'seed of the simulation', wholeNumber(0, 200_000), 1)
      .option('--out <dir>', 'folder for selftest.md and its chart (default: docs)'),
  load: async () => runSelftest,
};

async function runSelftest({ quick, seed, out }: SelftestOptions): Promise<ExitCode> {
  return quick ? proveRules(seed) : proveAll(seed, resolve(out ?? DOCS));
}

async function proveRules(seed: number): Promise<ExitCode> {
  const findings = await playRules(seed, true);
  return isBroken(findings) ? EXIT.fail : EXIT.pass;
}

/** Nothing is written unless all of it could be done: an old section must not pass for a new one. */
async function proveAll(seed: number, folder: string): Promise<ExitCode> {
  const page = join(folder, 'selftest.md');
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const machine = fingerprintOf(await describeMachine(true));
    const calibrations = await readCalibrations(cacheDir, machine);
    say("a server that stops for two seconds, beside k6's own executors: about a minute");
    const stall = await stallSection(interrupt.signal);
    process.off('SIGINT', onInterrupt);
    const { line, exit } = stallOutcome(stall.figures);
    say(line);
    if (exit === EXIT.undecided) {
      say(`Run it again on a machine with nothing else to do; ${page} was not written.`);
      return exit;
    }
    const findings = await playRules(seed, false);
    const { markdown, told, of } = await defectsSection();
    say(`Planted defects: ${told} of ${of} told as wanted`);
    const defects = markdown;
    await writePage({ findings, seed, stall: stall.markdown, defects, machine, calibrations }, folder);
    say(page);
    return isBroken(findings) || told < of ? EXIT.fail : exit;
  } catch (error) {
    say(`${page} was not written.`);
    if (interrupt.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

async function playRules(seed: number, quick: boolean): Promise<Finding[]> {
  const findings = findingsOf(await playAll({ seed, quick, onCase: progress }));
  for (const line of summary(findings)) say(line);
  return findings;
}

function isBroken(findings: readonly Finding[]): boolean {
  return findings.some(({ state }) => state === 'broken');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function progress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} situations${done === of ? '\n' : ''}`);
}

async function writePage(proofs: Proofs, folder: string): Promise<void> {
  const rare = proofs.findings.filter(({ law }) => law === 'rare').map(({ share }) => share);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, CHART_FILE), `${falsePassChart(rare)}\n`);
  await writeFile(join(folder, 'selftest.md'), selftestPage(proofs));
}
