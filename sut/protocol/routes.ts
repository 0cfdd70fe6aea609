import type { FastifyInstance } from 'fastify';
import type { RequestMetrics } from '../telemetry/metrics.ts';
import { ProtocolError } from './errors.ts';
import { type InferRequest, InferRequestSchema, type InferResponse, modelMetadata } from './infer.ts';

export interface ServedModel {
  name: string;
  /** The first answers requests that name none. */
  versions: readonly [string, ...string[]];
  infer(version: string, request: InferRequest): Promise<InferResponse>;
}

type Params = { name: string; version?: string };

/** The endpoints of one model: infer, metadata and readiness, each with and without a version in the path. */
export function addModelRoutes(app: FastifyInstance, model: ServedModel, metrics: RequestMetrics): void {
  const infer = async ({ params, body }: { params: Params; body: InferRequest }) => {
    const version = requestedVersion(params, model);
    const started = performance.now();
    const response = await model.infer(version, body);
    metrics.duration.observe((performance.now() - started) / 1000);
    metrics.requests.inc({
      status: 200,
      served_by: response.parameters?.served_by ?? 'primary',
      model_version: response.model_version,
    });
    return response;
  };
  const countFailure = async (_request: unknown, _reply: unknown, error: { statusCode?: number }) => {
    metrics.requests.inc({ status: error.statusCode ?? 500, served_by: '', model_version: '' });
  };

  for (const path of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    app.post<{ Params: Params; Body: InferRequest }>(
      `${path}/infer`,
      { schema: { body: InferRequestSchema }, onError: countFailure },
      infer,
    );
    app.get<{ Params: Params }>(path, (request) => {
      requestedVersion(request.params, model);
      return modelMetadata(model.name, model.versions);
    });
    app.get<{ Params: Params }>(`${path}/ready`, (request) => {
      requestedVersion(request.params, model);
      return { name: model.name, ready: true };
    });
  }
}

function requestedVersion(params: Params, model: ServedModel): string {
  if (params.name !== model.name) {
    throw new ProtocolError(404, `unknown model '${params.name}'; known: ${model.name}`);
  }
  if (params.version === undefined) return model.versions[0];
  if (!model.versions.includes(params.version)) {
    throw new ProtocolError(
      404,
      `version '${params.version}' is not served; served: ${model.versions.join(', ')}`,
    );
  }
  return params.version;
}
