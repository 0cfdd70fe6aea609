import type { FastifyInstance } from 'fastify';
import { createUpstream } from '../gateway/upstream.ts';
import { createBroker } from '../jobs/broker.ts';
import { MODEL_NAME } from '../models/catalog.ts';
import { goldenInput, isGolden } from '../models/golden-input.ts';
import { createService } from '../service.ts';
import { createRegistry, workerMetrics } from '../telemetry/metrics.ts';
import type { WorkerConfig } from './config.ts';
import { startWork } from './work.ts';

const READY_TIMEOUT_MS = 2_000;

/** The service that does jobs: takes them from the broker, asks the model server, puts their results back. */
export function buildWorker(config: WorkerConfig): FastifyInstance {
  const registry = createRegistry();
  const { modelServer, primary, async: options } = config;
  const upstream = createUpstream(
    { address: modelServer, connections: options.maxRunning, model: MODEL_NAME },
    registry,
  );
  const checkReady = async () => {
    broker.use();
    const question = { rows: 1, pixels: Float32Array.from(goldenInput.pixels) };
    const answer = await upstream.predict(primary, question, AbortSignal.timeout(READY_TIMEOUT_MS));
    if (!isGolden(primary, answer.probabilities))
      throw new Error('the model server answers its golden input wrongly');
  };
  const app = createService({ name: 'worker', registry, checkReady }, config.logLevel);
  const broker = createBroker({ address: config.broker, options, registry, log: app.log });
  const work = startWork({ broker, upstream, options, metrics: workerMetrics(registry), log: app.log });
  app.addHook('onClose', async () => {
    await work.stop();
    await Promise.all([broker.close(), upstream.close()]);
  });
  return app;
}
