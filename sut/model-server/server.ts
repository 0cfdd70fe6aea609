import type { FastifyInstance } from 'fastify';
import { Default } from 'typebox/value';
import { VIRTUAL_ACCELERATOR } from '#contract/simulation.ts';
import { type AcceleratorOptions, AcceleratorSchema } from '#contract/topology.ts';
import { MODEL_NAME, type ModelVersion, modelFile } from '../models/catalog.ts';
import { goldenInput, isGolden } from '../models/golden-input.ts';
import { hostedBy, wrapInRooms } from '../patterns/hosted.ts';
import type { Infer } from '../patterns/room.ts';
import { type InferRequest, serverMetadata } from '../protocol/infer.ts';
import { addModelRoutes } from '../protocol/routes.ts';
import { readPixels } from '../protocol/tensors.ts';
import { urgencyOf } from '../protocol/urgency.ts';
import { createService } from '../service.ts';
import {
  acceleratorMetrics,
  createRegistry,
  modelMetrics,
  patternMetrics,
  requestMetrics,
} from '../telemetry/metrics.ts';
import { createAccelerator, type Slots } from './accelerator.ts';
import type { ModelServerConfig } from './config.ts';
import { createEngine } from './engine.ts';

export interface ModelServer {
  app: FastifyInstance;
  /** Of a virtual accelerator; a fault can take some of them away. */
  slots?: Slots;
}

/** The service that runs the models; ready once each version answers a golden input right. */
export async function buildModelServer(config: ModelServerConfig): Promise<ModelServer> {
  const versions = config.versions as [ModelVersion, ...ModelVersion[]];
  const { threads, provider } = config;
  const registry = createRegistry();
  let depth = 0;
  const metrics = modelMetrics(registry, () => depth);
  const files = Object.fromEntries(versions.map((version) => [version, modelFile(version)]));
  const isVirtual = provider === VIRTUAL_ACCELERATOR;
  const engine = await createEngine({ files, provider: isVirtual ? 'cpu' : provider }, threads, {
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
  const accelerator = isVirtual ? createAccelerator(engine.infer, acceleratorOptions(config)) : undefined;
  if (accelerator) acceleratorMetrics(registry, accelerator.slots);
  const bare = accelerator?.infer ?? engine.infer;
  const checkReady = () => checkVersions(bare, versions);
  const app = createService({ name: 'model-server', registry, checkReady }, config.logLevel);
  const context = { registry, log: app.log, threads: accelerator?.slots.all ?? threads };
  const metricsOf = patternMetrics(registry);
  const wrapped = await wrapInRooms(hostedBy('model-server'), bare, config.patterns, context, metricsOf);
  app.addHook('onClose', () => engine.close());
  app.get('/v2', () => serverMetadata('model-server'));
  // Whoever measures this server must be told by each of its answers.
  const marks = isVirtual
    ? { parameters: { served_by: 'primary', simulation: VIRTUAL_ACCELERATOR } as const }
    : {};
  const infer = async (version: string, request: InferRequest, isAbandoned: () => boolean) => {
    const call = { version, ...readPixels(request), ...urgencyOf(request), isAbandoned };
    depth += 1;
    try {
      return { version, probabilities: await wrapped(call), ...marks };
    } finally {
      depth -= 1;
    }
  };
  const model = {
    name: MODEL_NAME,
    versions: () => versions,
    infer,
    ...(isVirtual ? { isSimulated: true } : {}),
  };
  addModelRoutes(app, model, requestMetrics(registry));
  return { app, ...(accelerator ? { slots: accelerator.slots } : {}) };
}

function acceleratorOptions({ accelerator }: ModelServerConfig): AcceleratorOptions {
  return Default(AcceleratorSchema, { ...accelerator }) as AcceleratorOptions;
}

async function checkVersions(infer: Infer, versions: readonly ModelVersion[]): Promise<void> {
  for (const version of versions) {
    const answer = await infer({ version, rows: 1, pixels: Float32Array.from(goldenInput.pixels) });
    if (!isGolden(version, answer)) throw new Error(`version ${version} answers its golden input wrongly`);
  }
}
