import Type from 'typebox';
import { Default } from 'typebox/value';
import { problemsOf } from '#contract/validate.ts';
import { type PatternName, patterns } from '../patterns/index.ts';
import type { Predict, Room, RoomContext } from '../patterns/room.ts';
import { patternMetrics } from '../telemetry/metrics.ts';

/** The patterns that are switched on, with their options; each room's own schema checks its part. */
export const PatternsSchema = Type.Object(
  Object.fromEntries(
    Object.entries<Room>(patterns).map(([name, room]) => [name, Type.Optional(room.options)]),
  ),
  { additionalProperties: false, default: {} },
);

/** Wraps the way to the model in every pattern that the configuration, checked by the schema, switches on. */
export function wrapInPatterns(
  bare: Predict,
  chosen: Record<string, unknown>,
  context: Omit<RoomContext, 'metrics'>,
): Predict {
  const metricsOf = patternMetrics(context.registry);
  let predict = bare;
  for (const [name, room] of Object.entries<Room>(patterns)) {
    if (!(name in chosen)) continue;
    predict = room.wrap(predict, chosen[name] as never, { ...context, metrics: metricsOf(name) });
  }
  return predict;
}

/** What is wrong with a pattern's name or options; empty when nothing is. */
export function patternProblems(name: string, options: unknown): string[] {
  if (!Object.hasOwn(patterns, name))
    return [`unknown pattern '${name}'; known: ${Object.keys(patterns).join(', ')}`];
  const room: Room = patterns[name as PatternName];
  return problemsOf(room.options, Default(room.options, structuredClone(options))).map(
    (problem) => `patterns.${name}.${problem}`,
  );
}
