import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GauntletError, unknownName } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import type { Experiment } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import { simulationOf } from '#contract/simulation.ts';
import type { Variant } from '#contract/topology.ts';
import { refuseWithoutPackages } from '#harness/effects/packages.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { startAlone } from '#harness/effects/system-alone.ts';
import { goldenInput } from '#sut/models/golden-input.ts';
import { FEATURES, INPUT_NAME } from '#sut/protocol/infer.ts';
import { system } from '#sut/system.ts';
import { root } from './home.ts';
import { maps } from './maps.ts';
import { findServers, pathsOf } from './servers.ts';
import { openSession } from './session.ts';

/** `sut`: the reference system alone, until Ctrl-C. */
export async function runSut(name: string | undefined, options: { config?: string }): Promise<ExitCode> {
  const variant = options.config === undefined ? variantOf(name) : null;
  refuseWithoutPackages(root);
  return variant === null ? runService(options.config!) : runVariant(variant);
}

function variantOf(name: string | undefined): Variant {
  if (name === undefined) return system();
  const variants = Object.values(maps.experiments as Record<string, Experiment>).flatMap((experiment) => [
    [experiment.name, experiment.candidate] as const,
    [`${experiment.name}/${CANDIDATE}`, experiment.candidate] as const,
    ...Object.entries(experiment.baselines).map(
      ([base, variant]) => [`${experiment.name}/${base}`, variant] as const,
    ),
  ]);
  const found = variants.find(([known]) => known === name);
  if (!found) {
    const names = variants.map(([known]) => known).filter((known) => !known.endsWith(`/${CANDIDATE}`));
    throw new GauntletError('unknown-name', unknownName('variant', name, names));
  }
  return found[1];
}

async function runVariant(variant: Variant): Promise<ExitCode> {
  const processes = createProcesses();
  const session = openSession(() => process.stdout.write('Stopping.\n'));
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-sut-'));
  const onProgress = (line: string) => process.stdout.write(`${line}\n`);
  const { signal } = session;
  const servers = pathsOf(await findServers([variant], { onProgress, signal }));
  try {
    const { topology } = maps;
    const running = await startAlone(variant, { topology, processes, servers, signal }, folder);
    for (const { name, address } of running.services) process.stdout.write(`${name.padEnd(14)}${address}\n`);
    const simulation = simulationOf({ variants: { [CANDIDATE]: variant } });
    if (simulation !== null) process.stdout.write(`${simulation}\n`);
    const entry = running.services.find(({ name }) => name === maps.topology.entry)!;
    process.stdout.write(`\nAsk it:\n${curlLine(`${entry.address}${maps.topology.inferPath}`)}\n`);
    process.stdout.write(`\nConfigurations and logs: ${folder}/services\nCtrl-C stops it.\n`);
    await Promise.race([running.died, whenAborted(session.signal)]);
    await running.close();
  } catch (error) {
    if (!session.signal.aborted) throw error;
  } finally {
    await processes.stopAll();
    session.dispose();
  }
  // Ctrl-C is how this command is meant to end.
  return EXIT.pass;
}

function curlLine(url: string): string {
  const input = { name: INPUT_NAME, shape: [1, FEATURES], datatype: 'FP32', data: goldenInput.pixels };
  return `curl -s ${url} -H 'content-type: application/json' -d '${JSON.stringify({ inputs: [input] })}'`;
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Replays one service in the foreground of this terminal. */
async function runService(configFile: string): Promise<ExitCode> {
  const text = await readFile(configFile, 'utf8').catch(() => {
    throw new GauntletError('no-such-file', `There is no configuration file ${configFile}.`);
  });
  const { faultPort, ...config } = parseConfig(text, configFile);
  const { service } = config;
  const main = maps.topology.services.find(({ name }) => name === service)?.main;
  const known = maps.topology.services.flatMap(({ name, main }) => (main === null ? [] : [name]));
  if (!main)
    throw new GauntletError('bad-configuration', unknownName('service', String(service), known, configFile));
  // The service's main reads the same arguments, and its own signals drain it.
  const file = faultPort === undefined ? configFile : await keepCopy(config);
  process.argv = [process.argv[0]!, main, '--config', file];
  await import(main);
  return new Promise(() => {});
}

/** Errors are for a trial's harness to ask for, so what is replayed has no port for them. */
async function keepCopy(config: object): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'gauntlet-sut-')), 'config.json');
  await writeFile(file, JSON.stringify(config, null, 2));
  return file;
}

function parseConfig(text: string, file: string): { service?: unknown; faultPort?: unknown } {
  try {
    return JSON.parse(text) as { service?: unknown; faultPort?: unknown };
  } catch (error) {
    throw new GauntletError('bad-configuration', `${file} is not JSON: ${(error as Error).message}`);
  }
}
