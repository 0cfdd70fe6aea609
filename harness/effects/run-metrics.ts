import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { GauntletError } from '#contract/errors.ts';
import {
  metrics as catalogue,
  DURATION_BUCKETS,
  LATENESS_BUCKETS,
  METRICS,
  type Metric,
} from '#contract/metrics.ts';
import { PHASES, type Phase } from '#contract/names.ts';
import { latenessMs, responseMs, type Samples } from '#contract/samples.ts';
import type { Outcome } from '#contract/verdict.ts';
import { createCount, createDue } from './run-counts.ts';

// What a run that goes on tells a Prometheus: its phase, its fault, its load, and where its services are.

/** Values of `slo_verdict`; no exit codes: a run that is invalid exits with 2. */
const VERDICTS: Record<Outcome, number> = { pass: 0, fail: 1, inconclusive: 2, invalid: 3 };

/** A moment of a trial. */
export interface Moment {
  phase: Phase | null;
  activeFault: string | null;
  /** All that the trial injects. */
  faults: readonly string[];
  /** The tape's planned instants, ascending, and where on it the trial is; milliseconds. */
  plannedMs: readonly number[];
  elapsedMs: number;
  /** The tape's columns, the same object in all moments of one trial. */
  samples: Samples;
  services: readonly { service: string; address: string }[];
}

export interface ListenAt {
  host: string;
  port: number;
}

export interface RunMetrics {
  tell(moment: Moment): void;
  /** Told at the end, for each experiment. */
  judged(experiment: string, outcome: Outcome): void;
  /** Once what was judged was read, or so many milliseconds have passed; at once where nobody has read anything. */
  close(waitMs: number): Promise<void>;
}

/**
 * Serves `/metrics`, and at `/targets` the services of the trial that is played, in the form of Prometheus'
 * HTTP service discovery. Error: bad-arguments where the port is taken, or the
 * address is not this machine's.
 */
export async function serveRunMetrics(at: ListenAt): Promise<RunMetrics> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = metricsIn(registry);
  const newIn = createCount();
  const newlyDue = createDue();
  const read = Promise.withResolvers<void>();
  let services: Moment['services'] = [];
  let isJudged = false;
  let isWatched = false;
  const server = await listen(at, async ({ url }, response) => {
    if (url === '/metrics') {
      // One that was begun before the verdict need not have it, however late it ends.
      if (isJudged) response.on('finish', read.resolve);
      isWatched = true;
      response.setHeader('content-type', registry.contentType).end(await registry.metrics());
    } else if (url === '/targets') {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(services.filter(isPublisher).map(targetOf)));
    } else response.writeHead(404).end('/metrics, or /targets\n');
  });
  return {
    tell(moment) {
      services = moment.services;
      for (const phase of PHASES) metrics.phase.set({ phase }, Number(phase === moment.phase));
      // Those of the experiment before are gone.
      metrics.fault.reset();
      for (const fault of moment.faults) metrics.fault.set({ fault }, Number(fault === moment.activeFault));
      metrics.planned.inc(newlyDue(moment));
      for (const i of newIn(moment.samples)) metrics.count(moment.samples, i);
    },
    judged(experiment, outcome) {
      metrics.verdict.set({ experiment }, VERDICTS[outcome]);
      isJudged = true;
    },
    async close(waitMs) {
      const patience = setTimeout(read.resolve, isJudged && isWatched ? waitMs : 0);
      await read.promise;
      clearTimeout(patience);
      server.close();
      server.closeAllConnections();
    },
  };
}

function metricsIn(registry: Registry) {
  const registers = [registry];
  const requests = new Counter({
    name: METRICS.generatorRequests,
    help: 'Requests whose samples came, by what became of them: answered (200), refused (429), error',
    labelNames: ['outcome'] as const,
    registers,
  });
  const response = new Histogram({
    name: METRICS.generatorResponseTime,
    help: 'Seconds from the planned instant of a request to its answer',
    buckets: DURATION_BUCKETS,
    registers,
  });
  const lateness = new Histogram({
    name: METRICS.generatorLateness,
    help: 'Seconds from the planned instant of a request to its send',
    buckets: LATENESS_BUCKETS,
    registers,
  });
  return {
    phase: new Gauge({
      name: METRICS.phaseInfo,
      help: '1 for the phase of the trial that is played',
      labelNames: ['phase'] as const,
      registers,
    }),
    fault: new Gauge({
      name: METRICS.faultActive,
      help: '1 from the acknowledged inject of a fault to its verified heal',
      labelNames: ['fault'] as const,
      registers,
    }),
    verdict: new Gauge({
      name: METRICS.verdict,
      help: 'Verdict on an experiment: 0 pass, 1 fail, 2 inconclusive, 3 invalid',
      labelNames: ['experiment'] as const,
      registers,
    }),
    planned: new Counter({
      name: METRICS.generatorPlanned,
      help: 'Requests whose planned instant has come',
      registers,
    }),
    count(samples: Samples, i: number) {
      requests.inc({ outcome: outcomeOf(samples.status[i]!) });
      response.observe(responseMs(samples, i) / 1_000);
      lateness.observe(Math.max(0, latenessMs(samples, i)) / 1_000);
    },
  };
}

function outcomeOf(status: number): string {
  if (status === 200) return 'answered';
  return status === 429 ? 'refused' : 'error';
}

/** Programs of others that are services have no such metrics. */
function isPublisher({ service }: Moment['services'][number]): boolean {
  return Object.values<Metric>(catalogue).some(({ by }) => by.some((one) => one === service));
}

function targetOf({ service, address }: Moment['services'][number]) {
  return { targets: [new URL(address).host], labels: { job: service } };
}

async function listen({ host, port }: ListenAt, listener: RequestListener) {
  const server = createServer(listener).listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new GauntletError(
      'bad-arguments',
      `Nothing can be served at ${host}:${port} (--metrics-port): ${(error as Error).message}.`,
    );
  }
  // A run that ends must not be held up by who only looks at it.
  server.unref();
  return server;
}
