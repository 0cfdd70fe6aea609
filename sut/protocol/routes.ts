import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestMetrics } from '../telemetry/metrics.ts';
import { BINARY_TYPE, binaryResponse, HEADER_LENGTH, readBinary, wantsBinary } from './binary.ts';
import { ProtocolError } from './errors.ts';
import {
  type InferRequest,
  InferRequestSchema,
  type Inferred,
  inferResponse,
  modelMetadata,
  outputHead,
  responseHead,
} from './infer.ts';

export interface ServedModel {
  name: string;
  /** Those served now; the first answers requests that name none. */
  versions(): readonly [string, ...string[]];
  /** `isAbandoned` tells at any time whether whoever asked has hung up since. */
  infer(version: string, request: InferRequest, isAbandoned: () => boolean): Promise<Inferred>;
  /** Its times are a timer's; its metadata says so. */
  isSimulated?: boolean;
}

type Params = { name: string; version?: string };
type Asked = Pick<FastifyRequest<{ Params: Params; Body: InferRequest }>, 'params' | 'body' | 'raw'>;

/** The endpoints of one model: infer, metadata and readiness, each with and without a version in the path. */
export function addModelRoutes(app: FastifyInstance, model: ServedModel, metrics: RequestMetrics): void {
  app.addContentTypeParser(
    BINARY_TYPE,
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => binaryOf(request, body),
  );
  // Text is no question; Fastify takes it unless it is told.
  app.removeContentTypeParser('text/plain');
  // Triton's own client names no type; the length of the JSON before its bytes tells the binary form.
  const asJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
    if (request.headers['content-type'] !== undefined)
      return done(new ProtocolError(415, `Unsupported Media Type: ${request.headers['content-type']}`));
    if (request.headers[HEADER_LENGTH] === undefined) return asJson(request, body.toString(), done);
    try {
      done(null, binaryOf(request, body));
    } catch (error) {
      done(error as Error);
    }
  });
  const infer = async ({ params, body, raw }: Asked, reply: FastifyReply) => {
    const version = requestedVersion(params, model);
    const started = performance.now();
    // A listener for each request would cost more than to look when it matters.
    const inferred = await model.infer(version, body, () => raw.socket.destroyed);
    const seconds = (performance.now() - started) / 1000;
    const servedBy = inferred.parameters?.served_by ?? 'primary';
    metrics.answered({ servedBy, version: inferred.version }, seconds);
    return send(reply, model.name, body, inferred);
  };
  const countFailure = async (_request: unknown, _reply: unknown, error: { statusCode?: number }) => {
    metrics.failed(error.statusCode ?? 500);
  };

  for (const path of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    app.post<{ Params: Params; Body: InferRequest }>(
      `${path}/infer`,
      { schema: { body: InferRequestSchema }, onError: countFailure },
      infer,
    );
    app.get<{ Params: Params }>(path, (request) => {
      requestedVersion(request.params, model);
      return modelMetadata(model.name, model.versions(), model.isSimulated);
    });
    app.get<{ Params: Params }>(`${path}/ready`, (request) => {
      requestedVersion(request.params, model);
      return { name: model.name, ready: true };
    });
  }
}

function binaryOf({ headers }: FastifyRequest, body: Buffer): unknown {
  try {
    return readBinary(headers[HEADER_LENGTH] as string | undefined, body, 'inputs');
  } catch (error) {
    throw new ProtocolError(400, (error as Error).message);
  }
}

/** The answer in the form that the request asks for. */
function send(reply: FastifyReply, name: string, request: InferRequest, inferred: Inferred) {
  if (!wantsBinary(request)) return inferResponse(name, inferred, request.id);
  const { probabilities } = inferred;
  const data = probabilities instanceof Float32Array ? probabilities : Float32Array.from(probabilities);
  const { headers, body } = binaryResponse(responseHead(name, inferred, request.id), {
    ...outputHead(probabilities),
    data,
  });
  return reply.headers(headers).send(body);
}

function requestedVersion(params: Params, model: ServedModel): string {
  if (params.name !== model.name) {
    throw new ProtocolError(404, `unknown model '${params.name}'; known: ${model.name}`);
  }
  if (params.version === undefined) return model.versions()[0];
  if (!model.versions().includes(params.version)) {
    throw new ProtocolError(
      404,
      `version '${params.version}' is not served; served: ${model.versions().join(', ')}`,
    );
  }
  return params.version;
}
