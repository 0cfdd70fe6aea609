import Fastify from 'fastify';

// A bare Fastify that gives back the body it got: what the protocol alone costs.

const app = Fastify();
app.post('/v2/models/digits/infer', async ({ body }) => body);
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
