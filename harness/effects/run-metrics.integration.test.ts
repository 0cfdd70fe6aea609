import { afterEach, describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import type { Sample } from '#contract/sample.ts';
import { addSample, blankSamples } from '#contract/samples.ts';
import { GOOD } from '#slo/fixture.ts';
import { parseMetrics } from './metrics.ts';
import { createPorts } from './ports.ts';
import { type Moment, type RunMetrics, serveRunMetrics } from './run-metrics.ts';

let served: RunMetrics | undefined;
afterEach(() => served?.close(0));

async function serve() {
  const port = await createPorts().take();
  const metrics = await serveRunMetrics({ host: '127.0.0.1', port });
  served = metrics;
  const address = `http://127.0.0.1:${port}`;
  const text = async () => (await fetch(`${address}/metrics`)).text();
  return { metrics, address, port, text, read: async () => parseMetrics(await text()) };
}

function moment(changes: Partial<Moment> = {}): Moment {
  return {
    phase: 'steady',
    activeFault: null,
    faults: ['latency'],
    plannedMs: [0, 10, 20, 30],
    elapsedMs: 0,
    samples: blankSamples(4),
    services: [],
    ...changes,
  };
}

const answered: Sample = { ...GOOD, latenessMs: 1, serviceMs: 3 };

describe('a run that goes on', () => {
  test('shows its phase, and its fault from the inject to the heal', async () => {
    const { metrics, read } = await serve();
    metrics.tell(moment({ phase: 'fault', activeFault: 'latency' }));
    expect(await read()).toMatchObject({
      [`${METRICS.phaseInfo}{phase="fault"}`]: 1,
      [`${METRICS.phaseInfo}{phase="steady"}`]: 0,
      [`${METRICS.faultActive}{fault="latency"}`]: 1,
    });
    metrics.tell(moment({ phase: 'recovery' }));
    expect(await read()).toMatchObject({
      [`${METRICS.phaseInfo}{phase="fault"}`]: 0,
      [`${METRICS.faultActive}{fault="latency"}`]: 0,
    });
  });

  test('forgets the faults of the experiment before', async () => {
    const { metrics, text } = await serve();
    metrics.tell(moment({ activeFault: 'latency' }));
    metrics.tell(moment({ faults: ['kill'] }));
    expect(await text()).not.toContain('fault="latency"');
  });

  test('counts each sample once, in whatever order they come, and goes on counting in the next trial', async () => {
    const { metrics, read } = await serve();
    const samples = blankSamples(4);
    const tell = (index: number, changes: Partial<Sample> = {}) => {
      addSample(samples, { ...answered, index, ...changes });
      metrics.tell(moment({ samples }));
    };
    tell(2);
    tell(0, { status: 429 });
    metrics.tell(moment({ samples }));
    tell(1, { status: 503, latenessMs: -0.4 });
    const next = blankSamples(4);
    addSample(next, { ...answered, index: 3 });
    metrics.tell(moment({ samples: next }));
    const values = await read();
    expect(values).toMatchObject({
      [`${METRICS.generatorRequests}{outcome="answered"}`]: 2,
      [`${METRICS.generatorRequests}{outcome="refused"}`]: 1,
      [`${METRICS.generatorRequests}{outcome="error"}`]: 1,
      [`${METRICS.generatorLateness}_count`]: 4,
    });
    expect(values[`${METRICS.generatorLateness}_sum`]).toBeCloseTo(0.003, 9);
    expect(values[`${METRICS.generatorResponseTime}_sum`]).toBeCloseTo(0.0146, 9);
  });

  test('counts what was planned up to now, trial after trial', async () => {
    const { metrics, read } = await serve();
    const plannedMs = [0, 10, 20, 30];
    const planned = async () => (await read())[METRICS.generatorPlanned];
    metrics.tell(moment({ plannedMs, elapsedMs: -500 }));
    expect(await planned()).toBe(0);
    metrics.tell(moment({ plannedMs, elapsedMs: 10 }));
    expect(await planned()).toBe(2);
    metrics.tell(moment({ plannedMs, elapsedMs: 99 }));
    expect(await planned()).toBe(4);
    metrics.tell(moment({ elapsedMs: 20 }));
    expect(await planned()).toBe(7);
  });

  test('tells where its services are that publish metrics', async () => {
    const { metrics, address } = await serve();
    const services = [
      { service: 'gateway', address: 'http://127.0.0.1:10001' },
      { service: 'redis', address: 'http://127.0.0.1:10002' },
    ];
    metrics.tell(moment({ services }));
    const targets = await (await fetch(`${address}/targets`)).json();
    expect(targets).toEqual([{ targets: ['127.0.0.1:10001'], labels: { job: 'gateway' } }]);
  });
});

describe('the end of a run', () => {
  test('waits until the verdict was read once', async () => {
    const { metrics, text } = await serve();
    await text();
    metrics.judged('circuit-breaker', 'inconclusive');
    let closed = false;
    const closing = metrics.close(60_000).then(() => {
      closed = true;
    });
    await new Promise(setImmediate);
    expect(closed).toBe(false);
    expect(await text()).toContain(`${METRICS.verdict}{experiment="circuit-breaker"} 2`);
    await closing;
    await expect(text()).rejects.toThrow('fetch failed');
  });

  test('waits no longer than it is told', async () => {
    const { metrics, text } = await serve();
    await text();
    metrics.judged('circuit-breaker', 'pass');
    await metrics.close(1);
  });

  test('does not wait where nobody reads, or nothing was judged', async () => {
    const unread = await serve();
    unread.metrics.judged('circuit-breaker', 'pass');
    await unread.metrics.close(60_000);
    const unjudged = await serve();
    await unjudged.text();
    await unjudged.metrics.close(60_000);
  });

  test('leaves a port alone that somebody else has', async () => {
    const { port } = await serve();
    await expect(serveRunMetrics({ host: '127.0.0.1', port })).rejects.toThrow(
      `Nothing can be served at 127.0.0.1:${port} (--metrics-port): listen EADDRINUSE`,
    );
  });
});
