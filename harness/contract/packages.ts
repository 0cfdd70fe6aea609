/**
 * npm packages that the reference system needs and nothing else does. A checkout has
 * them all; who installs Gauntlet as a package and plays against a server of his own goes without.
 */
export const ON_DEMAND = [
  'onnxruntime-node',
  'fastify',
  'opossum',
  'lru-cache',
  'ioredis',
  '@nats-io/jetstream',
  '@nats-io/transport-node',
] as const;
