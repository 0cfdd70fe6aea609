import type { FastifyInstance } from 'fastify';
import { MODEL_NAME, type ModelVersion } from '../models/catalog.ts';
import { goldenInput, isGolden } from '../models/golden-input.ts';
import { loadLinear } from '../models/linear.ts';
import type { Answer, Predict } from '../patterns/room.ts';
import { INPUT_NAME, type InferRequest, inferResponse, serverMetadata } from '../protocol/infer.ts';
import { addModelRoutes } from '../protocol/routes.ts';
import { readPixels } from '../protocol/tensors.ts';
import { createService } from '../service.ts';
import { createRegistry, requestMetrics } from '../telemetry/metrics.ts';
import type { GatewayConfig } from './config.ts';
import { wrapInPatterns } from './patterns.ts';
import { createUpstream } from './upstream.ts';

/** Milliseconds that the readiness probe waits for the model server. */
const READY_TIMEOUT_MS = 2_000;

/** The service that clients talk to: checks requests, hosts the patterns, asks the model server. */
export async function buildGateway(config: GatewayConfig): Promise<FastifyInstance> {
  const registry = createRegistry();
  const upstream = createUpstream(
    {
      address: config.modelServer,
      connections: config.upstreamConnections,
      model: MODEL_NAME,
      version: config.primary,
    },
    registry,
  );
  const checkReady = () => checkPrimary(upstream.predict, config.primary);
  const app = createService({ name: 'gateway', registry, checkReady }, config.logLevel);
  const fallback = createFallback();
  const predict = wrapInPatterns(upstream.predict, config.patterns, { registry, log: app.log, fallback });
  app.addHook('onClose', () => upstream.close());
  app.get('/v2', () => serverMetadata('gateway'));
  const infer = async (_version: string, request: InferRequest) => {
    const answer = await predict({ ...readPixels(request), body: upstreamBody(request) });
    return responseOf(answer, request.id);
  };
  addModelRoutes(app, { name: MODEL_NAME, versions: [config.primary], infer }, requestMetrics(registry));
  return app;
}

function upstreamBody(request: InferRequest): string {
  return JSON.stringify({ inputs: request.inputs });
}

function responseOf(answer: Answer, id: string | undefined) {
  return inferResponse({ name: MODEL_NAME, version: answer.version }, answer.probabilities, {
    id,
    parameters: {
      served_by: answer.servedBy,
      ...(answer.fallbackReason === undefined ? {} : { fallback_reason: answer.fallbackReason }),
    },
  });
}

function createFallback(): Predict {
  const linear = loadLinear();
  return async ({ pixels, rows }) => ({
    version: 'lin-1',
    probabilities: linear(pixels, rows),
    servedBy: 'fallback',
  });
}

async function checkPrimary(predict: Predict, version: ModelVersion): Promise<void> {
  const inputs = [
    { name: INPUT_NAME, shape: [1, goldenInput.pixels.length], datatype: 'FP32', data: goldenInput.pixels },
  ];
  const pixels = Float32Array.from(goldenInput.pixels);
  const question = { rows: 1, pixels, body: JSON.stringify({ inputs }) };
  const answer = await predict(question, AbortSignal.timeout(READY_TIMEOUT_MS));
  if (!isGolden(version, answer.probabilities))
    throw new Error('the model server answers its golden input wrongly');
}
