import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '#contract/errors.ts';
import { fingerprintOf } from '#contract/fingerprint.ts';
import { ON_DEMAND } from '#contract/packages.ts';
import { CALIBRATION_VERSION } from '#contract/pin.ts';
import { readBenchmarks } from '#harness/cli/benchmarks.ts';
import { writePin } from '#harness/cli/pins.ts';
import { readRun } from '#harness/cli/saved-run.ts';
import { keepCalibration, readCalibrations } from '#harness/effects/calibration-cache.ts';
import { claimActiveRun } from '#harness/effects/claim-run.ts';
import { openRepository } from '#harness/effects/git.ts';
import { refuseWithoutPackages } from '#harness/effects/packages.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses, type Processes } from '#harness/effects/process.ts';
import { provision } from '#harness/effects/provision/provision.ts';
import { createRunFolder } from '#harness/effects/run-folder.ts';
import { asProcesses } from '#harness/effects/runtimes/as-processes.ts';
import { startService, waitUntilReady } from '#harness/effects/services.ts';
import { untilReady } from '#harness/effects/target.ts';
import { refuseDangerous } from '#harness/effects/toxics.ts';
import { controlToxiproxy } from '#harness/effects/toxiproxy.ts';
import { pinOf } from '#slo/pin.ts';
import { topology } from '#sut/topology.ts';
import { GOOD, machine } from '../sim/effects.ts';
import { resilient, simulateRun } from '../sim/simulated-run.ts';
import { aFile, aRun, aTarget, beneath, inTrial, type Provocation, typed, when } from './provoke.ts';

/** Why a code can't be provoked here. */
export interface Unprovoked {
  why: string;
}

const CHAOS = 'npm run chaos -- circuit-breaker';
const LOADTEST = 'npm run loadtest';
const SAMPLES = 'trials/short-breaker/1-candidate/samples.parquet';

/** Every known error, as docs/errors.md shows it and a test holds it against the registry. */
export const provocations: Record<ErrorCode, readonly Provocation[] | Unprovoked> = {
  'unknown-command': [typed('nope')],
  'bad-option': [
    typed('chaos', '--nope'),
    typed('loadtest', '--rate', 'fast'),
    typed('loadtest', '--seed', '1.5'),
    typed('loadtest', '--profile', 'huge'),
    typed('clean'),
  ],
  'bad-arguments': [typed('diff', 'latest'), typed('loadtest', 'steady-1000', 'steady-1000')],
  'unknown-name': [
    typed('chaos', 'nope'),
    typed('chaos', 'circuit-breaker', '--fault', 'nope'),
    typed('chaos', 'circuit-breaker', '--without', 'nope'),
    typed('sut', 'nope'),
    typed('new', 'dashboard', 'mine'),
  ],
  'no-such-file': [
    typed('chaos', './nope.ts'),
    typed('sut', '--config', './nope.json'),
    typed('judge', aRun(), '--slo', './nope.yaml'),
  ],
  'no-such-run': [
    when(
      'No run was made yet',
      beneath('npm run judge -- latest', (folder) => readRun('latest', join(folder, 'reports/runs'))),
    ),
    typed('judge', './package.json'),
  ],
  'bad-experiment': [
    typed('chaos', './experiments/index.ts'),
    typed('chaos', './test/fixtures/experiments/many-mistakes.ts'),
  ],
  'bad-objectives': [
    when(
      'An OpenSLO file with a target of 1.5 and a name in capitals',
      typed('judge', aRun(), '--slo', aFile('mine.yaml', objectives('FAST', '1.5'))),
    ),
  ],
  'bad-configuration': [
    when('A file that is cut off', typed('sut', '--config', aFile('gateway.json', '{"service":'))),
    when('A file of another system', typed('sut', '--config', aFile('broker.json', '{"service":"broker"}'))),
  ],
  'not-playable': [
    typed('chaos', 'steady-1000'),
    typed('loadtest', '--profile', 'soak'),
    typed('compare', 'steady-1000', '--against-target', 'http://127.0.0.1:8001'),
    typed('loadtest', 'steady-1000', '--rate', '8000', '--duration', '86400'),
  ],
  'not-resumable': [typed('chaos', '--resume', aRun())],
  'bad-payloads': [typed('loadtest', aTarget('{"request": [1, 2]\n', 'http://127.0.0.1:8000'))],
  'target-not-allowed': [typed('loadtest', aTarget('{"request": [1]}\n', 'http://models.example'))],
  'target-not-ready': [
    beneath('npm run loadtest -- ./mine.mjs', async () =>
      untilReady(
        {
          // Nobody listens there, and fetch asks there, as it would not at port 1.
          url: 'http://127.0.0.1:2',
          protocol: { name: 'v2', model: 'mine' },
          payloads: { file: 'mine.jsonl', digest: '', rows: 1, checked: false },
        },
        new AbortController().signal,
      ),
    ),
  ],
  'not-made': [typed('new', 'fault', 'latency'), typed('new', 'pattern', 'Retry_Later')],
  'bad-environment': [
    beneath('GAUNTLET_MIRROR=mirror.example npm run loadtest', (folder) =>
      provision('k6', toolsIn(folder, 'mirror.example')),
    ),
  ],
  'dangerous-toxic': [
    when(
      'A fault in chaos/ that asks for a bandwidth of 0, at which Toxiproxy stalls for ever',
      beneath(CHAOS, () => {
        const attributes = { rate: 0 };
        refuseDangerous({ name: 'thin', type: 'bandwidth', stream: 'downstream', toxicity: 1, attributes });
      }),
    ),
  ],
  'damaged-run': [
    when(
      'record.json is cut off',
      typed('judge', aRun({ file: 'record.json', change: (text) => text.slice(0, text.length / 2) })),
    ),
    when(
      'The samples end a byte too soon',
      typed('judge', aRun({ file: SAMPLES, change: (text) => text.slice(0, -1) })),
    ),
    when(
      'Somebody made a number in record.json better',
      typed(
        'judge',
        aRun({ file: 'record.json', change: (text) => text.replace(/("clockDriftMs":) 0/, '$1 1') }),
      ),
    ),
  ],
  'not-pinned': [typed('pin', aRun())],
  'not-kept': [typed('keep', aRun())],
  'damaged-record': [
    when(
      'A kept record is cut off',
      beneath('npm run keep -- latest', (folder) => {
        writeFileSync(join(folder, 'circuit-breaker.json'), '{"schemaVersion": 1');
        return readBenchmarks(folder);
      }),
    ),
  ],
  'damaged-pin': [
    when('A pin is cut off', typed('gate', aRun(), '--pins', somePins('{"schemaVersion": 1'))),
    when('A pin is something else', typed('gate', aRun(), '--pins', somePins('{"schemaVersion": 1}'))),
  ],
  'damaged-calibration': [
    when('Somebody made a number in a calibration smaller', beneath('npm run gate', forgedCalibration)),
  ],
  'other-machine': [
    when(
      'The pinned run was played on a larger machine',
      typed('gate', aRun(), '--pins', pinOfLargerMachine),
    ),
  ],
  'bad-commit': [
    when(
      'git is not on PATH',
      beneath('npm run compare -- steady-1000 --against main', (folder) =>
        openRepository(folder, { PATH: folder }),
      ),
    ),
  ],
  'run-active': [
    when(
      'Another run is being played',
      beneath(LOADTEST, async (folder) => {
        await claimActiveRun(folder, runIn(folder));
        await claimActiveRun(folder, runIn(folder));
      }),
    ),
  ],
  'run-left-something': [
    when(
      'A run in containers died, and its watchdog with it',
      beneath(LOADTEST, async (folder) => {
        // No process has this number: it is above any that a system gives.
        const dead = {
          ...runIn(folder),
          runtime: 'containers',
          harness: { pid: 2 ** 30, startedAt: '1' },
          children: [],
        };
        writeFileSync(join(folder, 'active-run.json'), JSON.stringify(dead));
        await claimActiveRun(folder, runIn(folder));
      }),
    ),
  ],
  'tool-missing': [
    when(
      'Neither k6 nor Go is on PATH, the cache is empty, and release archives are not to be fetched',
      beneath(`GAUNTLET_MIRROR=off ${LOADTEST}`, (folder) => provision('k6', toolsIn(folder, 'off'))),
    ),
  ],
  'package-missing': [
    when(
      'A package was installed, and nothing else',
      beneath('npx gauntlet loadtest', (folder) => {
        const peerDependencies = Object.fromEntries(ON_DEMAND.map((name) => [name, '^1.0.0']));
        writeFileSync(join(folder, 'package.json'), JSON.stringify({ peerDependencies }));
        refuseWithoutPackages(folder);
      }),
    ),
  ],
  'service-died': [
    when(
      "The model server's configuration names a model that it hasn't",
      withProcesses(CHAOS, startWrongService),
    ),
  ],
  'tool-died': [when('The Toxiproxy on PATH ends at once', withProcesses(CHAOS, startWrongToxiproxy))],
  'no-steady-state': [
    when(
      'Every tenth request is lost before the fault',
      inTrial(CHAOS, {
        answer: (index) => ({ ...GOOD, index, ...(index % 10 === 0 ? { status: 0, errorCode: 1050 } : {}) }),
      }),
    ),
  ],
  'heal-failed': [
    when(
      'The fault is still there after it was taken back',
      inTrial(CHAOS, { ...resilient, residue: ['latency on gateway_to_model-server'] }),
    ),
  ],
  'no-free-port': [
    when(
      'Every port is taken',
      beneath(LOADTEST, () => createPorts({ isFree: async () => false }).take()),
    ),
  ],
  'run-folder': [
    when(
      'notes.txt is a file',
      beneath(`${LOADTEST} -- --out notes.txt`, async (folder) => {
        writeFileSync(join(folder, 'notes.txt'), '');
        await createRunFolder(join(folder, 'notes.txt'), '2026-11-21T08-00-00-loadtest');
      }),
    ),
  ],
  'cache-folder': [
    when(
      'notes.txt is a file',
      beneath(`GAUNTLET_CACHE=notes.txt ${LOADTEST}`, async (folder) => {
        writeFileSync(join(folder, 'notes.txt'), '');
        await claimActiveRun(join(folder, 'notes.txt'), runIn(folder));
      }),
    ),
  ],
  internal: { why: "what nobody foresaw can't be provoked on purpose." },
};

function runIn(folder: string) {
  const id = '2026-11-21T08-00-00-chaos';
  return { runId: id, command: CHAOS, runFolder: join(folder, 'reports/runs', id) };
}

/** A folder with a pin for the short breaker's chaos. */
function somePins(text: string) {
  return (folder: string) => {
    const pins = join(folder, 'reports/pins');
    mkdirSync(pins, { recursive: true });
    writeFileSync(join(pins, 'chaos-short-breaker.json'), text);
    return pins;
  };
}

async function pinOfLargerMachine(folder: string): Promise<string> {
  const { plan, facts } = await simulateRun(resilient);
  const pin = pinOf(plan, plan.experiments[0]!, facts.record, facts.samples);
  const pins = join(folder, 'reports/pins');
  await writePin(pins, { ...pin, fingerprint: fingerprintOf({ ...machine, cores: 64 }) });
  return pins;
}

/** A calibration whose spread somebody made smaller. */
async function forgedCalibration(folder: string): Promise<void> {
  const fingerprint = fingerprintOf(machine);
  const known = { deviation: 0.2, pairs: 6, runId: '2026-11-21T08-00-00-calibrate', measuredAt: '' };
  const file = await keepCalibration(folder, {
    schemaVersion: CALIBRATION_VERSION,
    experiment: 'steady-1000',
    fingerprint,
    ratePerSecond: 1_000,
    metrics: { 'steady-p50-response-ms': known },
  });
  writeFileSync(file, readFileSync(file, 'utf8').replace('0.2', '0.02'));
  await readCalibrations(folder, fingerprint);
}

/** A machine on which there is nothing. */
function toolsIn(folder: string, mirror: string) {
  const env = { PATH: folder, GAUNTLET_MIRROR: mirror };
  return { cacheDir: join(folder, 'cache'), env, onProgress: () => {} };
}

function objectives(name: string, target: string): string {
  return `apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name} }
spec:
  service: gateway
  indicator:
    metadata: { name: goodput }
    spec:
      ratioMetric:
        good: { metricSource: { type: gauntlet, spec: { indicator: goodput, phase: steady } } }
        total: { metricSource: { type: gauntlet, spec: { count: planned-requests, phase: steady } } }
  budgetingMethod: Occurrences
  objectives: [{ target: ${target} }]
`;
}

/** With real processes, none of which is left. */
function withProcesses(command: string, fails: (processes: Processes, folder: string) => Promise<unknown>) {
  return beneath(command, async (folder) => {
    const processes = createProcesses();
    try {
      await fails(processes, folder);
    } finally {
      await processes.stopAll();
    }
  });
}

async function startWrongService(processes: Processes, folder: string): Promise<void> {
  const { name, main } = topology.services.find((service) => service.name === 'model-server')!;
  mkdirSync(join(folder, 'services'));
  const config = { service: name, port: 0, versions: ['mlp-9'] };
  const service = await startService(asProcesses(processes), {
    name,
    runs: { main: main! },
    port: 0,
    config,
    folder,
    cores: null,
  });
  await waitUntilReady(service, new AbortController().signal);
}

async function startWrongToxiproxy(processes: Processes, folder: string): Promise<void> {
  const child = processes.start({
    name: 'toxiproxy',
    command: process.execPath,
    args: ['-e', 'process.exit(1)'],
    logFile: join(folder, 'toxiproxy.log'),
  });
  await child.exited;
  await controlToxiproxy(child, await createPorts().take());
}
