import Type, { type Static } from 'typebox';
import { modelVersions } from '../models/catalog.ts';
import { FALLBACK_VERSIONS } from '../models/linear.ts';
import { patternsSchema } from '../patterns/hosted.ts';
import { CommonConfig } from '../service.ts';

export const GatewayConfigSchema = Type.Object(
  {
    service: Type.Literal('gateway'),
    ...CommonConfig,
    /** Address of the model server, or of the proxy in front of it. */
    modelServer: Type.String({ pattern: '^http://' }),
    /** The same of the broker; absent where the system has none. */
    broker: Type.Optional(Type.String({ pattern: '^nats://' })),
    /** The same of the Redis; absent where the system has none. */
    redis: Type.Optional(Type.String({ pattern: '^redis://' })),
    /** Connections to the model server, at most. */
    upstreamConnections: Type.Integer({ minimum: 1, maximum: 4096, default: 256 }),
    /** Version that is asked of the model server. */
    primary: Type.Enum([...modelVersions]),
    /** Version that the gateway computes itself when a pattern falls back. */
    fallback: Type.Enum([...FALLBACK_VERSIONS]),
    /** Options per pattern that is switched on. */
    patterns: patternsSchema('gateway'),
  },
  { additionalProperties: false },
);
export type GatewayConfig = Static<typeof GatewayConfigSchema>;
