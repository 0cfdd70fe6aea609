import type { FastifyInstance } from 'fastify';
import { MODEL_NAME, type ModelVersion, modelFile } from '../models/catalog.ts';
import { goldenInput, isGolden } from '../models/golden-input.ts';
import { type InferRequest, inferResponse, serverMetadata } from '../protocol/infer.ts';
import { addModelRoutes } from '../protocol/routes.ts';
import { readPixels } from '../protocol/tensors.ts';
import { createService } from '../service.ts';
import { createRegistry, modelMetrics, requestMetrics } from '../telemetry/metrics.ts';
import type { ModelServerConfig } from './config.ts';
import { createEngine, type Engine } from './engine.ts';

/** The service that runs the models; ready once each version answers a golden input right. */
export async function buildModelServer(config: ModelServerConfig): Promise<FastifyInstance> {
  const versions = config.versions as [ModelVersion, ...ModelVersion[]];
  const registry = createRegistry();
  const metrics = modelMetrics(registry, () => engine.depth());
  const files = Object.fromEntries(versions.map((version) => [version, modelFile(version)]));
  const engine = await createEngine(files, config.threads, {
    onRun: (version, seconds) => metrics.runDuration.observe({ model_version: version }, seconds),
    // Without its thread the server could only hang; whoever supervises it sees an exit.
    onThreadDeath: (error) => {
      app.log.fatal(error, 'an inference thread died');
      process.exit(1);
    },
  });
  const checkReady = () => checkVersions(engine, versions);
  const app = createService({ name: 'model-server', registry, checkReady }, config.logLevel);
  app.addHook('onClose', () => engine.close());
  app.get('/v2', () => serverMetadata('model-server'));
  const infer = async (version: string, request: InferRequest) => {
    const { rows, pixels } = readPixels(request);
    const probabilities = await engine.infer(version, rows, pixels);
    return inferResponse({ name: MODEL_NAME, version }, probabilities, { id: request.id });
  };
  addModelRoutes(app, { name: MODEL_NAME, versions, infer }, requestMetrics(registry));
  return app;
}

async function checkVersions(engine: Engine, versions: readonly ModelVersion[]): Promise<void> {
  for (const version of versions) {
    const answer = await engine.infer(version, 1, Float32Array.from(goldenInput.pixels));
    if (!isGolden(version, answer)) throw new Error(`version ${version} answers its golden input wrongly`);
  }
}
