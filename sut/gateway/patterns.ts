import { hostedBy } from '../patterns/hosted.ts';
import type { Predict, RoomContext } from '../patterns/room.ts';
import { patternMetrics } from '../telemetry/metrics.ts';

/** Wraps the way to the model server in every pattern that the configuration, checked by its schema, switches on. */
export function wrapInPatterns(
  bare: Predict,
  chosen: Record<string, unknown>,
  context: Omit<RoomContext, 'metrics'>,
): Predict {
  const metricsOf = patternMetrics(context.registry);
  return hostedBy('gateway')
    .filter(([name]) => name in chosen)
    .reduce(
      (next, [name, room]) =>
        room.wrap(next, chosen[name] as never, { ...context, metrics: metricsOf(name) }),
      bare,
    );
}
