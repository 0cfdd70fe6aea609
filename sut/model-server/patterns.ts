import { hostedBy } from '../patterns/hosted.ts';
import type { Infer, ModelServerContext } from '../patterns/room.ts';
import { patternMetrics } from '../telemetry/metrics.ts';

/** Wraps the way to the inference threads in every pattern that the configuration switches on. */
export function wrapInPatterns(
  bare: Infer,
  chosen: Record<string, unknown>,
  context: Omit<ModelServerContext, 'metrics'>,
): Infer {
  const metricsOf = patternMetrics(context.registry);
  return hostedBy('model-server')
    .filter(([name]) => name in chosen)
    .reduce(
      (next, [name, room]) =>
        room.wrap(next, chosen[name] as never, { ...context, metrics: metricsOf(name) }),
      bare,
    );
}
