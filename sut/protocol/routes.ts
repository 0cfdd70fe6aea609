import type { FastifyInstance } from 'fastify';
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
export function addModelRoutes(app: FastifyInstance, model: ServedModel): void {
  for (const path of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    app.post<{ Params: Params; Body: InferRequest }>(
      `${path}/infer`,
      { schema: { body: InferRequestSchema } },
      (request) => model.infer(requestedVersion(request.params, model), request.body),
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
