import Type, { type Static } from 'typebox';
import { modelVersions } from '../models/catalog.ts';
import { AsyncOptionsSchema } from '../patterns/async/options.ts';
import { CommonConfig } from '../service.ts';

export const WorkerConfigSchema = Type.Object(
  {
    service: Type.Literal('worker'),
    ...CommonConfig,
    /** Address of the broker, or of the proxy in front of it. */
    broker: Type.String({ pattern: '^nats://' }),
    /** The same of the model server. */
    modelServer: Type.String({ pattern: '^http://' }),
    /** Version whose golden answer is asked for before it is ready. */
    primary: Type.Enum([...modelVersions]),
    /** The pattern's options, which its room in the gateway has too. */
    async: AsyncOptionsSchema,
  },
  { additionalProperties: false },
);
export type WorkerConfig = Static<typeof WorkerConfigSchema>;
