import Type, { type Static } from 'typebox';
import { VIRTUAL_ACCELERATOR } from '#contract/simulation.ts';
import { AcceleratorSchema } from '#contract/topology.ts';
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
    /** Where the models are computed; the virtual accelerator is a simulation. */
    provider: Type.Enum([...PROVIDERS, VIRTUAL_ACCELERATOR], { default: 'cpu' }),
    /** Of the virtual accelerator; others have no use for it. */
    accelerator: Type.Optional(AcceleratorSchema),
    /** Options per pattern that is switched on. */
    patterns: patternsSchema('model-server'),
  },
  { additionalProperties: false },
);
export type ModelServerConfig = Static<typeof ModelServerConfigSchema>;
