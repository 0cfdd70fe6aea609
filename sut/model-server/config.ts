import Type, { type Static } from 'typebox';
import { modelVersions } from '../models/catalog.ts';
import { PROVIDERS } from '../models/onnx.ts';
import { patternsSchema } from '../patterns/hosted.ts';
import { CommonConfig } from '../service.ts';

export const ModelServerConfigSchema = Type.Object(
  {
    service: Type.Literal('model-server'),
    ...CommonConfig,
    /** Versions to load; the first answers requests that name none. */
    versions: Type.Array(Type.Enum([...modelVersions]), { minItems: 1, uniqueItems: true }),
    /** Worker threads, each with a session per version. */
    threads: Type.Integer({ minimum: 1, maximum: 64, default: 1 }),
    /** Where the models are computed. */
    provider: Type.Enum([...PROVIDERS], { default: 'cpu' }),
    /** Options per pattern that is switched on. */
    patterns: patternsSchema('model-server'),
  },
  { additionalProperties: false },
);
export type ModelServerConfig = Static<typeof ModelServerConfigSchema>;
