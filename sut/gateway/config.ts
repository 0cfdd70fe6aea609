import Type, { type Static } from 'typebox';
import { CommonConfig } from '../service.ts';

export const GatewayConfigSchema = Type.Object(
  {
    service: Type.Literal('gateway'),
    ...CommonConfig,
    /** Address of the model server, or of the proxy in front of it. */
    modelServer: Type.String({ pattern: '^http://' }),
    /** Connections to the model server, at most. */
    upstreamConnections: Type.Integer({ minimum: 1, maximum: 4096, default: 256 }),
    /** Version that is asked of the model server. */
    primary: Type.String(),
    /** Version that the gateway computes itself when a pattern falls back. */
    fallback: Type.String(),
    /** Options per pattern that is switched on. */
    patterns: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
  },
  { additionalProperties: false },
);
export type GatewayConfig = Static<typeof GatewayConfigSchema>;
