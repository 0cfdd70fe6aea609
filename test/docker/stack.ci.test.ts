import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STACK } from '#contract/stack.ts';
import { readRecord, readVerdict, runGauntlet, startGauntlet } from '../integration/gauntlet.ts';
import { complaints, docker, whatIsMissing, whatIsThere } from './docker.ts';

// docker-compose.yml, up. Of Grafana, whose image can't be had everywhere, the configuration is checked elsewhere.

const missing = await whatIsMissing(['compose', 'version']);
if (missing !== null) console.warn(`skipped: no stack here, ${missing}`);

const SERVICES = ['broker', 'gateway', 'model-server', 'prometheus', 'toxiproxy', 'worker'];
const BREAKER = './test/fixtures/experiments/short-faults.ts';
const MINUTES = 60_000;

let before: string[];

async function residue(): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${STACK.toxiproxyPort}/proxies`);
  const proxies = (await response.json()) as Record<string, { name: string; toxics: object[] }>;
  return Object.values(proxies).flatMap(({ name, toxics }) => toxics.map(() => name));
}

// In CI they run whatever is missing, and fail.
describe.skipIf(missing !== null && !process.env['CI'])('the stack', () => {
  beforeAll(async () => {
    before = await whatIsThere();
    await docker('compose', '--profile', 'harness', 'build', '--quiet', 'gateway', 'harness');
    await docker('compose', 'up', '--no-build', '--wait', 'jobs-owner', ...SERVICES);
  }, 10 * MINUTES);

  afterAll(async () => {
    await docker('compose', '--profile', 'harness', 'down', '--volumes', '--timeout', '10');
    expect(await whatIsThere()).toEqual(before);
  }, 2 * MINUTES);

  test('has a file that Compose has nothing to say of', async () => {
    expect(await complaints('compose', '--profile', 'harness', 'config', '--quiet')).toBe('');
  });

  test('is healthy, every service of it', async () => {
    const lines = (await docker('compose', 'ps', '--format', '{{.Service}} {{.Health}}')).split('\n');
    expect(lines.toSorted()).toEqual(SERVICES.map((name) => `${name} healthy`));
  });

  test('is read by its Prometheus, with its rules', async () => {
    // Each is read for the first time within a scrape's interval.
    await expect.poll(targetsUp, { timeout: 15_000 }).toEqual(['gateway', 'model-server', 'worker']);
    const { groups } = (await ask('rules')).data;
    expect(groups.length).toBeGreaterThan(0);
  });

  test('is played against from this machine: the fault bites, is healed, and the stack goes on', async () => {
    const run = await runGauntlet(['chaos', BREAKER, '--fault', 'latency', '--runtime', 'stack']);
    const [judged] = readVerdict(run.out).experiments;
    expect(judged!.faults[0]!.bite, run.output()).toMatchObject({ held: true });
    const kept = judged!.objectives.filter(({ phase }) => phase !== 'recovery');
    expect(
      kept.map(({ outcome }) => outcome),
      run.output(),
    ).toEqual(kept.map(() => 'pass'));
    expect(readRecord(run.out).machine.runtime).toBe('stack');
    expect(await residue()).toEqual([]);
    expect(run.processes()).toEqual([]);
  });

  test('is healed by the watchdog where the harness is killed', async () => {
    const running = startGauntlet(['chaos', BREAKER, '--fault', 'latency', '--runtime', 'stack']);
    await running.seen(/fault: latency/);
    expect(await residue()).toEqual(['gateway_to_model-server']);
    running.child.kill('SIGKILL');
    await running.exit;
    await expect.poll(residue, { timeout: 3_000 }).toEqual([]);
    await expect.poll(() => running.processes(), { timeout: 3_000 }).toEqual([]);
  });

  test('is played against by its own harness', async () => {
    const args = [
      'chaos',
      'circuit-breaker',
      '--runtime',
      'stack',
      '--rate',
      '100',
      '--duration',
      '4',
      '--json',
    ];
    const printed = await docker('compose', 'run', '--rm', '-T', 'harness', ...args).catch(
      // Whether the machine was quiet enough for a verdict is not asked here.
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout || stderr,
    );
    expect(printed, printed).toContain('{');
    const [judged] = JSON.parse(printed.slice(printed.indexOf('{'))).experiments;
    expect(judged.faults[0].bite).toMatchObject({ held: true });
    expect(await residue()).toEqual([]);
  });

  test('a fault on a service of it is refused, and any command but chaos', async () => {
    const kill = await runGauntlet(['chaos', BREAKER, '--fault', 'kill', '--runtime', 'stack'], {
      out: false,
    });
    expect(kill.code).toBe(64);
    expect(kill.output()).toContain("The fault 'kill' of 'short-faults' is one on a service");
    const load = await runGauntlet(['loadtest', 'steady-1000', '--runtime', 'stack'], { out: false });
    expect(load.code).toBe(64);
  });
});

async function targetsUp(): Promise<string[]> {
  const targets = (await ask('targets')).data.activeTargets as { labels: { job: string }; health: string }[];
  return targets.flatMap(({ health, labels }) => (health === 'up' ? [labels.job] : [])).toSorted();
}

async function ask(what: string) {
  // biome-ignore lint/suspicious/noExplicitAny: what Prometheus answers is read where it is asked.
  return (await (await fetch(`http://127.0.0.1:9090/api/v1/${what}`)).json()) as any;
}
