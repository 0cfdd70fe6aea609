import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { GauntletError } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import { isBusy, LEAST_MEMORY_BYTES, type MachineLoad, othersText } from '#harness/busy.ts';
import { sampleLoad } from '#harness/effects/busy.ts';
import { allowedCores } from '#harness/effects/cores.ts';
import { installing, missingPackages } from '#harness/effects/packages.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { findArchive, provision } from '#harness/effects/provision/provision.ts';
import { findServer, servers } from '#harness/effects/provision/servers.ts';
import { type ToolName, tools } from '#harness/effects/provision/tools.ts';
import { cacheDir } from './cache-dir.ts';
import { root } from './home.ts';

const run = promisify(execFile);
const GO_TIMEOUT_MS = 10_000;
const DOCKER_TIMEOUT_MS = 5_000;

/** One thing that a run needs, or is better with. */
export interface Finding {
  name: string;
  here: boolean;
  /** What was found, or what is lacking without it. */
  found: string;
  /** How to get it. */
  get: string;
  /** Whether nothing can be played without it. */
  needed: boolean;
}

/** `doctor`: what is here, what is missing, how to get it. Downloads, builds and changes nothing. */
export async function runDoctor(): Promise<ExitCode> {
  const findings = await examine();
  process.stdout.write(`${doctorText(findings).join('\n')}\n`);
  return doctorExit(findings);
}

export function doctorExit(findings: readonly Finding[]): ExitCode {
  return findings.some(({ here, needed }) => needed && !here) ? EXIT.usage : EXIT.pass;
}

export function doctorText(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, here, found, get, needed }) => {
    const head = `${here ? 'ok     ' : 'missing'}  ${name.padEnd(width)}  `;
    const how = here ? [] : [`${needed ? '' : 'not needed, but better: '}${get}`];
    return [`${head}${found}`, ...how.map((line) => `${' '.repeat(head.length)}${line}`)];
  });
  const last =
    doctorExit(findings) === EXIT.pass
      ? 'Everything that is needed is here.'
      : 'Something needed is missing.';
  return [...lines, last];
}

async function examine(): Promise<Finding[]> {
  const sampled = sampleLoad();
  const go = await goVersion();
  const findings = [
    // The entry file has refused older ones before this line could run.
    { name: 'node', here: true, found: process.version, get: 'npm ci', needed: true },
    packagesFinding(missingPackages(root)),
    await toolFinding('k6', go),
    await toolFinding('toxiproxy', go),
    await toolFinding('nats-server', go),
    {
      name: 'go',
      here: go !== null,
      found: go ?? 'not on PATH',
      get: 'builds k6, Toxiproxy and nats-server where they are not to be had otherwise: https://go.dev/dl',
      needed: false,
    },
    await redisFinding(),
    await dockerFinding(),
    await tasksetFinding(),
    coresFinding(availableParallelism()),
    memoryFinding(process.availableMemory()),
    await portsFinding(),
  ];
  return [...findings, loadFinding(await sampled)];
}

/** A server of somebody's own is played against without them. */
function packagesFinding(missing: readonly string[]): Finding {
  return {
    name: 'packages',
    here: missing.length === 0,
    found: missing.length === 0 ? 'those of the reference system' : `not installed: ${missing.join(', ')}`,
    get: `the reference system needs them, a server of your own does not: ${installing(missing, root)}`,
    needed: false,
  };
}

async function goVersion(): Promise<string | null> {
  try {
    const { stdout } = await run('go', ['version'], { timeout: GO_TIMEOUT_MS });
    return stdout.trim();
  } catch {
    return null;
  }
}

/** Looks on PATH and in the cache; downloading and building is for a run. */
async function toolFinding(name: ToolName, go: string | null): Promise<Finding> {
  const options = { cacheDir, onProgress: () => {}, mayMake: false };
  try {
    const { version, path } = await provision(name, options);
    return { name, here: true, found: `${version}, ${path}`, get: '', needed: true };
  } catch (error) {
    if (!(error instanceof GauntletError) || error.code !== 'tool-missing') throw error;
    return missingTool(name, await findArchive(name, options), go);
  }
}

/** How a tool will be had that is nowhere yet: what a run makes itself is worth a word and no hindrance. */
export function missingTool(
  name: ToolName,
  archive: { url: string } | { why: string },
  go: string | null,
): Finding {
  const found = 'neither on PATH nor in the cache at an accepted version';
  const missing = (get: string, needed: boolean): Finding => ({ name, here: false, found, get, needed });
  if ('url' in archive) return missing(`the first run downloads it: ${archive.url}`, false);
  const noArchive = `no release archive: ${archive.why}`;
  if (go !== null)
    return missing(`the first run builds it with Go, in a minute or two (${noArchive})`, false);
  const { binary, accepted } = tools[name];
  return missing(
    `install Go (https://go.dev/dl), so that a run can build it, or put ${binary} ${accepted} on PATH (${noArchive})`,
    true,
  );
}

/** Only the experiments whose cache is a Redis need it. */
async function redisFinding(): Promise<Finding> {
  const name = 'redis-server';
  const { accepted, get } = servers[name];
  const rest = { name, get: `${get}: cache-redis is played with it`, needed: false };
  try {
    const { version, path } = await findServer(name, { onProgress: () => {} });
    return { ...rest, here: true, found: `${version}, ${path}` };
  } catch (error) {
    if (!(error instanceof GauntletError) || error.code !== 'tool-missing') throw error;
    return { ...rest, here: false, found: `not on PATH at version ${accepted}` };
  }
}

/** Asked by its program, so that nothing heavy is loaded for it. */
async function dockerFinding(): Promise<Finding> {
  const rest = {
    name: 'docker',
    get: 'a Docker daemon: --runtime containers and the stack need it',
    needed: false,
  };
  try {
    const { stdout } = await run('docker', ['version', '--format', '{{.Server.Version}}'], {
      timeout: DOCKER_TIMEOUT_MS,
    });
    return { ...rest, here: true, found: stdout.trim() };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ...rest, here: false, found: isAbsent ? 'not on PATH' : 'its daemon does not answer' };
  }
}

async function tasksetFinding(): Promise<Finding> {
  const here = (await allowedCores()) !== null;
  return {
    name: 'taskset',
    here,
    found: here ? 'services and load get cores of their own' : 'services and load share all cores',
    get: 'install util-linux (Linux only)',
    needed: false,
  };
}

export function coresFinding(cores: number): Finding {
  return {
    name: 'cores',
    here: cores >= 2,
    found: `${cores}`,
    get: 'two or more: on one, services and load generator take it from each other, and runs end invalid',
    needed: false,
  };
}

export function memoryFinding(bytes: number): Finding {
  return {
    name: 'memory',
    here: bytes >= LEAST_MEMORY_BYTES,
    found: `${(bytes / 2 ** 30).toFixed(1)} GiB available`,
    get: `free at least ${LEAST_MEMORY_BYTES / 2 ** 30} GiB`,
    needed: false,
  };
}

export function loadFinding(load: MachineLoad): Finding {
  return {
    name: 'load',
    here: !isBusy(load),
    found: othersText(load),
    get: 'end what else runs, or wait for it: disturbed trials are played again or end invalid',
    needed: false,
  };
}

async function portsFinding(): Promise<Finding> {
  const get = 'free ports of 127.0.0.1 between 10000 and 29999, or allow this process to listen there';
  try {
    const port = await createPorts().take();
    return {
      name: 'ports',
      here: true,
      found: `127.0.0.1 can be listened on (tried ${port})`,
      get,
      needed: true,
    };
  } catch (error) {
    return { name: 'ports', here: false, found: (error as Error).message, get, needed: true };
  }
}
