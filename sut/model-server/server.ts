import type { FastifyInstance } from 'fastify';
import { MODEL_NAME, type ModelVersion, modelFile } from '../models/catalog.ts';
import { goldenInput, isGolden } from '../models/golden-input.ts';
import { hostedBy, wrapInRooms } from '../patterns/hosted.ts';
import type { Infer } from '../patterns/room.ts';
import { type InferRequest, serverMetadata } from '../protocol/infer.ts';
import { addModelRoutes } from '../protocol/routes.ts';
import { readPixels } from '../protocol/tensors.ts';
import { urgencyOf } from '../protocol/urgency.ts';
import { createService } from '../service.ts';
import { createRegistry, modelMetrics, requestMetrics } from '../telemetry/metrics.ts';
import type { ModelServerConfig } from './config.ts';
import { createEngine } from './engine.ts';

/** The service that runs the models; ready once each version answers a golden input right. */
export async function buildModelServer(config: ModelServerConfig): Promise<FastifyInstance> {
  const versions = config.versions as [ModelVersion, ...ModelVersion[]];
  const { threads } = config;
  const registry = createRegistry();
  let depth = 0;
  const metrics = modelMetrics(registry, () => depth);
  const files = Object.fromEntries(versions.map((version) => [version, modelFile(version)]));
  const engine = await createEngine({ files, provider: config.provider }, threads, {
    onRun: ({ version, rows, seconds }) => {
      metrics.runDuration.observe({ model_version: version }, seconds);
      metrics.runRows.observe({ model_version: version }, rows);
    },
    // Without its thread the server could only hang; whoever supervises it sees an exit.
    onThreadDeath: (error) => {
      app.log.fatal(error, 'an inference thread died');
      process.exit(1);
    },
  });
  const checkReady = () => checkVersions(engine.infer, versions);
  const app = createService({ name: 'model-server', registry, checkReady }, config.logLevel);
  const context = { registry, log: app.log, threads };
  const wrapped = wrapInRooms(hostedBy('model-server'), engine.infer, config.patterns, context);
  app.addHook('onClose', () => engine.close());
  app.get('/v2', () => serverMetadata('model-server'));
  const infer = async (version: string, request: InferRequest) => {
    const call = { version, ...readPixels(request), ...urgencyOf(request) };
    depth += 1;
    try {
      return { version, probabilities: await wrapped(call) };
    } finally {
      depth -= 1;
    }
  };
  addModelRoutes(app, { name: MODEL_NAME, versions: () => versions, infer }, requestMetrics(registry));
  return app;
}

async function checkVersions(infer: Infer, versions: readonly ModelVersion[]): Promise<void> {
  for (const version of versions) {
    const answer = await infer({ version, rows: 1, pixels: Float32Array.from(goldenInput.pixels) });
    if (!isGolden(version, answer)) throw new Error(`version ${version} answers its golden input wrongly`);
  }
}
