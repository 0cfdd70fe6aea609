import type { FastifyInstance } from 'fastify';
import { isModelVersion, MODEL_NAME, type ModelVersion } from '../models/catalog.ts';
import { goldenInput, isGolden } from '../models/golden-input.ts';
import { loadLinear } from '../models/linear.ts';
import { hostedBy, mountRooms, wrapInRooms } from '../patterns/hosted.ts';
import type { Answer, Mounted, Predict } from '../patterns/room.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { type InferRequest, type Inferred, serverMetadata } from '../protocol/infer.ts';
import { addModelRoutes } from '../protocol/routes.ts';
import { readPixels } from '../protocol/tensors.ts';
import { urgencyParameters } from '../protocol/urgency.ts';
import { createService } from '../service.ts';
import { createRegistry, patternMetrics, requestMetrics } from '../telemetry/metrics.ts';
import type { GatewayConfig } from './config.ts';
import { createUpstream, type Upstream } from './upstream.ts';

/** Milliseconds that the readiness probe waits for the model server. */
const READY_TIMEOUT_MS = 2_000;

export interface Gateway {
  app: FastifyInstance;
  /** Version that is asked of the model server. */
  version(): string;
  /** From when it resolves on, every request asks for this version; rejects where that doesn't answer right. */
  swapTo(version: string): Promise<void>;
}

/** The service that clients talk to: checks requests, hosts the patterns, asks the model server. */
export async function buildGateway(config: GatewayConfig): Promise<Gateway> {
  const registry = createRegistry();
  let asked: ModelVersion = config.primary;
  const version = () => asked;
  const upstream = createUpstream(
    { address: config.modelServer, connections: config.upstreamConnections, model: MODEL_NAME },
    registry,
  );
  const bare: Predict = (question, signal) => upstream.predict(asked, question, signal);
  const checkReady = async () => {
    await Promise.all([checkVersion(upstream, asked), ...mounted.map((room) => room.checkReady())]);
  };
  const app = createService({ name: 'gateway', registry, checkReady }, config.logLevel);
  const onClose = (end: () => void) => void app.addHook('onClose', end);
  const context = {
    registry,
    log: app.log,
    fallback: createFallback(),
    version,
    redis: config.redis,
    onClose,
  };
  const metricsOf = patternMetrics(registry);
  const predict = await wrapInRooms(hostedBy('gateway'), bare, config.patterns, context, metricsOf);
  const mounting = { ...context, broker: config.broker };
  const mounted: Mounted[] = await mountRooms(app, config.patterns, mounting, metricsOf);
  app.addHook('onClose', () => upstream.close());
  app.get('/v2', () => serverMetadata('gateway'));
  const infer = async (_version: string, request: InferRequest) => {
    return inferredOf(await predict({ ...readPixels(request), urgency: urgencyParameters(request) }));
  };
  const versions = (): [string] => [asked];
  addModelRoutes(app, { name: MODEL_NAME, versions, infer }, requestMetrics(registry));

  async function swapTo(wanted: string): Promise<void> {
    if (!isModelVersion(wanted)) throw new ProtocolError(400, `there is no model version '${wanted}'`);
    await checkVersion(upstream, wanted);
    asked = wanted;
    app.log.info({ version: wanted }, 'model swapped');
  }
  return { app, version, swapTo };
}

function inferredOf({ version, probabilities, servedBy, fallbackReason, simulation }: Answer): Inferred {
  return {
    version,
    probabilities,
    parameters: {
      served_by: servedBy,
      ...(fallbackReason === undefined ? {} : { fallback_reason: fallbackReason }),
      ...(simulation === undefined ? {} : { simulation }),
    },
  };
}

function createFallback(): Predict {
  const linear = loadLinear();
  return async ({ pixels, rows }) => ({
    version: 'lin-1',
    probabilities: linear(pixels, rows),
    servedBy: 'fallback',
  });
}

async function checkVersion({ predict }: Upstream, version: ModelVersion): Promise<void> {
  const question = { rows: 1, pixels: Float32Array.from(goldenInput.pixels) };
  const answer = await predict(version, question, AbortSignal.timeout(READY_TIMEOUT_MS));
  if (!isGolden(version, answer.probabilities))
    throw new Error('the model server answers its golden input wrongly');
}
