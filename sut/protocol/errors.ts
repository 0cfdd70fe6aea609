import type { FastifyInstance } from 'fastify';

/** An error that the protocol reports as `{ "error": message }` with this HTTP status and these headers. */
export class ProtocolError extends Error {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(statusCode: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.headers = headers;
    this.name = 'ProtocolError';
    this.statusCode = statusCode;
  }
}

/** Makes every error of a service, its own and Fastify's, answer in the protocol's form. */
export function answerErrorsInProtocolForm(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number; validation?: unknown }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500 && !(error instanceof ProtocolError)) request.log.error(error);
    if (error instanceof ProtocolError) reply.headers(error.headers);
    return reply.code(status).send({ error: error.message });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `no such endpoint: ${request.method} ${request.url}` }),
  );
}
