import { ProtocolError } from '../../protocol/errors.ts';
import type { Call, Infer, ModelServerContext, ModelServerRoom } from '../room.ts';
import { createFairQueue, type Waiting } from './fair-queue.ts';
import { type TenantIsolationOptions, TenantIsolationOptionsSchema } from './options.ts';

interface WaitingCall extends Waiting {
  call: Call;
  resolve(probabilities: Promise<Float32Array>): void;
}

/** Calls that name no tenant are one tenant's. */
const NOBODY = '';

/**
 * Lets each tenant have its share of the slots, and wait for it in a line of its own: one that asks for too much waits
 * for itself alone, and is refused when its line is full.
 */
export const tenantIsolation = {
  at: 'model-server',
  summary: 'Shares the slots of the model server fairly among tenants, each with a bounded line of its own',
  options: TenantIsolationOptionsSchema,
  wrap(next: Infer, options: TenantIsolationOptions, { metrics, threads }: ModelServerContext): Infer {
    const mostOfOne = Math.max(1, threads - options.reservedSlots);
    const running = new Map<string, number>();
    let all = 0;
    const queue = createFairQueue<WaitingCall>({
      maxWaiting: options.maxWaiting,
      weightOf: (tenant) => (Object.hasOwn(options.weights, tenant) ? options.weights[tenant]! : 1),
    });
    const runsOf = (tenant: string) => running.get(tenant) ?? 0;

    function count(tenant: string, change: 1 | -1): void {
      all += change;
      const runs = runsOf(tenant) + change;
      if (runs === 0) running.delete(tenant);
      else running.set(tenant, runs);
    }

    function startRuns(): void {
      while (all < threads) {
        const waiting = queue.take((tenant) => runsOf(tenant) < mostOfOne);
        if (!waiting) return;
        waiting.resolve(run(waiting));
      }
    }

    async function run({ tenant, call }: WaitingCall): Promise<Float32Array> {
      count(tenant, 1);
      metrics.inFlight.inc();
      try {
        return await next(call);
      } finally {
        metrics.inFlight.dec();
        count(tenant, -1);
        startRuns();
      }
    }

    return (call) =>
      new Promise((resolve) => {
        const tenant = call.tenant ?? NOBODY;
        if (!queue.add({ tenant, rows: call.rows, call, resolve })) {
          metrics.turnedAway.inc();
          throw refusal(tenant, options.maxWaiting);
        }
        startRuns();
      });
  },
} satisfies ModelServerRoom;

function refusal(tenant: string, maxWaiting: number): ProtocolError {
  const whose = tenant === NOBODY ? 'calls that name no tenant' : `calls of tenant '${tenant}'`;
  return new ProtocolError(429, `${maxWaiting} ${whose} wait already, as many as may; come back later`);
}
