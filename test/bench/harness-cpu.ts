import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Effects } from '#contract/effects.ts';
import { CANDIDATE } from '#contract/names.ts';
import { PLAN_VERSION, type Plan } from '#contract/plan.ts';
import type { Topology } from '#contract/topology.ts';
import { viewTrial } from '#contract/trial-view.ts';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { scriptFile } from '#harness/cli/home.ts';
import { createHistory } from '#harness/cli/live/history.ts';
import { lookAt } from '#harness/cli/live/look.ts';
import { progressLine, progressLines } from '#harness/cli/progress.ts';
import { pinSelf } from '#harness/effects/cores.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { provision } from '#harness/effects/provision/provision.ts';
import { realEffects } from '#harness/effects/real.ts';
import { createRunFolder, type RunFolder } from '#harness/effects/run-folder.ts';
import { VIRTUAL_USERS } from '#harness/plan/rates.ts';
import { type RunHooks, run } from '#harness/run.ts';
import { makeTape } from '#harness/tape.ts';
import { scenarios } from '#scenarios/catalog.ts';
import { goodputIn } from '#slo/goodput.ts';
import { system } from '#sut/system.ts';
import { INFER_PATH, REQUEST, type ServerConfig } from '../stall/setup.ts';
import { atMost, type Row, told } from './row.ts';

const RATE = 5_000;
const MOST_SHARE = 15;
const CLIENT_TIMEOUT_MS = 200;
const SERVER = fileURLToPath(new URL('../stall/server.ts', import.meta.url));
/** Answers at once: what is measured is the harness beside the load generator. */
const SERVICE_MS = 0.05;

const plan: Plan = {
  schemaVersion: PLAN_VERSION,
  command: 'loadtest',
  profile: 'quick',
  seed: 1,
  look: null,
  pool: { name: 'one request', seed: 1, size: 1 },
  experiments: [
    {
      name: 'bench',
      question: 'What does the harness itself cost?',
      pattern: null,
      variants: { [CANDIDATE]: system() },
      proxiedLinks: [],
      capacity: null,
      load: {
        scenario: 'steady',
        ratePerSecond: RATE,
        deadlineMs: CLIENT_TIMEOUT_MS,
        clientTimeoutMs: CLIENT_TIMEOUT_MS,
        vus: VIRTUAL_USERS,
      },
      tapes: [
        makeTape(
          [
            { phase: 'warm-up', seconds: 3, ratePerSecond: RATE },
            { phase: 'steady', seconds: 20, ratePerSecond: RATE },
          ],
          1,
          1,
        ),
      ],
      faults: [],
      trials: [{ id: `1-${CANDIDATE}`, variant: CANDIDATE, round: 1 }],
      objectives: [],
      claims: [],
    },
  ],
};

/** Processor time of the harness while k6 plays 5,000 requests a second, beside k6's own. */
export async function harnessCpu(signal: AbortSignal): Promise<Row[]> {
  const { path: k6 } = await provision('k6', { cacheDir, onProgress: () => {}, signal });
  const machine = await describeMachine(true);
  if (machine.pinnedCores) await pinSelf(machine.pinnedCores.load);
  const processes = createProcesses();
  const parent = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  try {
    const folder = await createRunFolder(parent, 'bench');
    await folder.writePlan(plan);
    const topology: Topology = {
      services: [{ name: 'gateway', main: SERVER, calls: [], config: (_, port) => serverConfig(port) }],
      entry: 'gateway',
      inferPath: INFER_PATH,
    };
    const effects = realEffects({
      topology,
      processes,
      ports: createPorts(),
      k6,
      toxiproxy: null,
      scriptOf: () => scriptFile(scenarios.steady.script),
      requestsOf: () => ({ requestFor: () => REQUEST, poisonBody: '', tolerance: {} }),
      runFolder: folder.path,
      niceness: machine.generatorNiceness,
      cores: machine.pinnedCores ?? { services: null, load: null },
    });
    const meter = meteredFromPlay(effects);
    const identity = { runId: 'bench', machine, tools: {} };
    const facts = await run(plan, meter.effects, identity, hooksOf(folder, signal));
    const used = meter.cpuSeconds();
    signal.throwIfAborted();
    const [trial] = facts.record.experiments[0]!.trials;
    if (trial!.error) throw new Error(trial!.error.message);
    const k6Seconds = trial!.generator?.cpu?.cpuSeconds;
    if (k6Seconds === undefined) throw new Error('What k6 took of the processor is told by Linux alone.');
    const { count } = facts.samples.get(`bench/${trial!.id}`)!;
    return [
      told('requests sent', `${count} of ${plan.experiments[0]!.tapes[0]!.atMs.length}, ${RATE} a second`),
      told("k6's processor time", `${k6Seconds.toFixed(2)} s`),
      told('the harness’s, from the first request to the samples as Parquet', `${used.toFixed(2)} s`),
      atMost("the harness's share of k6's", (100 * used) / k6Seconds, MOST_SHARE, '%'),
    ];
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(parent, { recursive: true, force: true });
  }
}

function serverConfig(port: number): ServerConfig {
  return { port, serviceMs: SERVICE_MS, stallMs: 0 };
}

/** Counts this process's time from where the load is let go. */
function meteredFromPlay(effects: Effects) {
  let start = process.cpuUsage();
  const raise: Effects['raise'] = async (setup) => {
    const stage = await effects.raise(setup);
    start = process.cpuUsage();
    return stage;
  };
  return {
    effects: { ...effects, raise },
    cpuSeconds() {
      const { user, system: kernel } = process.cpuUsage(start);
      return (user + kernel) / 1e6;
    },
  };
}

/** What a real run does while it is played; what is shown meanwhile is made and thrown away. */
function hooksOf(folder: RunFolder, signal: AbortSignal): RunHooks {
  const history = createHistory();
  return {
    signal,
    goodput: goodputIn,
    disturbance: () => null,
    onReplay() {},
    onProgress: (progress) => {
      const look = lookAt(progress, '1/1', history);
      progressLine(look);
      progressLines(look);
    },
    compact: (experiment, { facts, samples }) => folder.writeSamples(viewTrial(experiment, facts, samples)),
    keep: folder.writeRecord,
    canKeep: folder.checkWritable,
    onTrial() {},
  };
}
