import Type, { type Static } from 'typebox';
import { MAX_ROWS } from '../../protocol/infer.ts';

export const GatewayBatchingOptionsSchema = Type.Object(
  {
    /** Rows that one request to the model server carries at most. A question of more is a request of its own. */
    maxRows: Type.Integer({ minimum: 1, maximum: MAX_ROWS, default: 128 }),
  },
  { additionalProperties: false },
);
export type GatewayBatchingOptions = Static<typeof GatewayBatchingOptionsSchema>;
