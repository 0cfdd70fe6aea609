import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceName } from '#contract/names.ts';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { provision } from '#harness/effects/provision/provision.ts';
import type { RunningSystem } from '#harness/effects/system.ts';
import { startAlone } from '#harness/effects/system-alone.ts';
import { system } from '#sut/system.ts';
import { goldenOf, INFER_PATH, metricOf, pictures } from '#sut/test-kit.ts';
import { topology } from '#sut/topology.ts';

// Jobs by real processes: accepted means done, exactly once, whatever dies.

const variant = system({
  models: { primary: 'xl-1' },
  patterns: { async: { leaseMs: 1_000, maxRunning: 8, maxJobs: 400, maxAccepting: 500 } },
});
const processes = createProcesses();
const folder = mkdtempSync(join(tmpdir(), 'gauntlet-jobs-'));
let running: RunningSystem;

beforeAll(async () => {
  const { path } = await provision('nats-server', { cacheDir, onProgress: () => {} });
  const setup = { topology, processes, servers: { 'nats-server': path }, takesFaults: true };
  running = await startAlone(variant, setup, folder);
}, 120_000);
afterAll(async () => {
  await running?.close();
  await processes.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const address = (name: ServiceName) => running.services.find((service) => service.name === name)!.address;
const prefer = { 'content-type': 'application/json', prefer: 'respond-async' };

interface Document {
  id: string;
  status: string;
  result?: { model_version: string; outputs: { data: number[] }[] };
  error?: string;
}

function submit(body = pictures(1), headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${address('gateway')}${INFER_PATH}`, {
    method: 'POST',
    headers: { ...prefer, ...headers },
    body,
  });
}

/** Submits, and again with the same key for as long as nobody answers. */
async function accepted(key: string, body = pictures(1)): Promise<string> {
  for (;;) {
    const reply = await submit(body, { 'idempotency-key': key }).catch(() => null);
    if (reply?.status === 202) return reply.headers.get('location')!;
    if (reply && reply.status < 500) throw new Error(`${reply.status}: ${await reply.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function look(location: string): Promise<Document | null> {
  const reply = await fetch(`${address('gateway')}${location}`).catch(() => null);
  return reply && reply.status < 500 ? ((await reply.json()) as Document) : null;
}

async function ended(location: string): Promise<Document> {
  for (;;) {
    const found = await look(location);
    if (found && ['done', 'failed', 'unknown'].includes(found.status)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function results(): Promise<number> {
  return (await metricOf(address('gateway'), 'async_results')) ?? Number.NaN;
}

/** Jobs that are accepted while something is done to the system, and what became of them. */
async function through(name: string, meanwhile: () => Promise<void>): Promise<void> {
  const before = await results();
  const locations = Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 10));
      return accepted(`${name}-${i}`);
    }),
  );
  // By then some are under way, and some are still to come.
  await new Promise((resolve) => setTimeout(resolve, 250));
  await meanwhile();
  const documents = await Promise.all((await locations).map(ended));
  expect(documents.map(({ status }) => status)).toEqual(documents.map(() => 'done'));
  expect(new Set(documents.map(({ id }) => id)).size).toBe(60);
  const golden = await goldenOf('xl-1', 1);
  for (const { result } of documents)
    for (const [i, value] of golden.entries()) expect(result!.outputs[0]!.data[i]!).toBeCloseTo(value, 4);
  // Whatever was done twice has written one result.
  expect(await results()).toBe(before + 60);
}

describe('a job', () => {
  test('is accepted with its address, and done with the answer of the model', async () => {
    const reply = await submit();
    expect(reply.status).toBe(202);
    expect(reply.headers.get('preference-applied')).toBe('respond-async');
    const location = reply.headers.get('location')!;
    expect(location).toMatch(/^\/v2\/jobs\/[0-9a-f-]{36}$/);
    const { status, result } = await ended(location);
    expect({ status, version: result?.model_version }).toEqual({ status: 'done', version: 'xl-1' });
  });

  test('is the same one for the same key, and another question under it is refused', async () => {
    const before = await results();
    const [one, two] = await Promise.all([accepted('same'), accepted('same')]);
    expect(two).toBe(one);
    await ended(one);
    expect(await accepted('same')).toBe(one);
    expect(await results()).toBe(before + 1);
    expect((await submit(pictures(2), { 'idempotency-key': 'same' })).status).toBe(422);
  });

  test('is no answer to another question under its key, even where the broker has forgotten the key', async () => {
    const first = await accepted('forgotten');
    await ended(first);
    await running.faults.kill('broker');
    await running.faults.restart('broker');
    const ask = { 'idempotency-key': 'forgotten' };
    let reply = await submit(pictures(2), ask);
    while (reply.status === 503) reply = await submit(pictures(2), ask);
    // Killed before it had noted that the job was done, the broker knows the key still, and the question is refused.
    expect([202, 422]).toContain(reply.status);
    if (reply.status === 422) return;
    const second = reply.headers.get('location')!;
    expect(second).not.toBe(first);
    expect((await ended(second)).result!.outputs[0]!.data).toHaveLength(20);
  });

  test('that was never accepted is unknown, and a bad question is refused before it is one', async () => {
    const document = await look('/v2/jobs/00000000-0000-4000-8000-000000000000');
    expect(document).toMatchObject({ status: 'unknown' });
    expect((await submit('{"inputs":[]}')).status).toBe(400);
  });

  test('on which the model itself fails is tried so many times, and buried', async () => {
    const body = pictures(1).replace(
      /"data":\[[^\]]*\]/,
      `"data":[${Array.from({ length: 64 }, (_, i) => (i < 32 ? 3e38 : -3e38))}]`,
    );
    const { status, error } = await ended(await accepted('poison', body));
    expect({ status, error }).toEqual({
      status: 'failed',
      error: "the model's answer is not a number, 3 times",
    });
  });

  test('that is cancelled while the model server is away has failed, and stays so', async () => {
    await running.faults.kill('model-server');
    const location = await accepted('cancelled');
    const reply = await fetch(`${address('gateway')}${location}`, { method: 'DELETE' });
    expect(await reply.json()).toMatchObject({ status: 'failed', error: 'cancelled by its client' });
    await running.faults.restart('model-server');
    await ended(await accepted('after-cancelled'));
    expect(await ended(location)).toMatchObject({ status: 'failed' });
  });

  test('over the limit is refused with 503 and when to come back; those accepted are done', async () => {
    await running.faults.kill('model-server');
    const replies = await Promise.all(Array.from({ length: 420 }, () => submit()));
    const refused = replies.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect(await refused[0]!.text()).toContain('the queue has all the 400 jobs');
    const taken = replies.filter(({ status }) => status === 202);
    // Nothing ends, and once the gateway has seen that, it says so.
    const last = `${address('gateway')}${taken.at(-1)!.headers.get('location')}`;
    await expect
      .poll(async () => (await fetch(last)).headers.get('retry-after'), { timeout: 10_000 })
      .toBe('20');
    await running.faults.restart('model-server');
    const documents = await Promise.all(taken.map((reply) => ended(reply.headers.get('location')!)));
    expect(documents.every(({ status }) => status === 'done')).toBe(true);
  });

  test('asks nothing of a request that does not prefer it', async () => {
    expect((await submit(pictures(1), { prefer: 'wait=1' })).status).toBe(200);
  });
});

describe('nothing is lost, and nothing done twice, when', () => {
  test('the worker is killed with jobs under way', () =>
    through('worker', async () => {
      await running.faults.kill('worker');
      await running.faults.restart('worker');
    }));

  test('the broker is killed', () =>
    through('broker', async () => {
      await running.faults.kill('broker');
      await running.faults.restart('broker');
    }));

  test('the gateway is killed, between a job being taken and its answer too', () =>
    through('gateway', async () => {
      await running.faults.kill('gateway');
      await running.faults.restart('gateway');
    }));

  test('the model server is killed', () =>
    through('model-server', async () => {
      await running.faults.kill('model-server');
      await running.faults.restart('model-server');
    }));
});
