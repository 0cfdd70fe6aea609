import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { Default } from 'typebox/value';
import { problemsOf } from '#contract/validate.ts';
import type { patternMetrics } from '../telemetry/metrics.ts';
import { type PatternName, patterns } from './index.ts';
import type { GatewayRoom, Host, MountContext, Mounted, Room, RoomMetrics } from './room.ts';

/** The rooms that a service hosts, in the order of the map. */
export function hostedBy<H extends Host>(host: H): [name: string, room: Extract<Room, { at: H }>][] {
  return Object.entries<Room>(patterns).filter((entry): entry is [string, Extract<Room, { at: H }>] => {
    return entry[1].at === host;
  });
}

/** A room as its service sees it: it wraps the service's one way, given what all rooms there are given. */
interface Wraps<Way, Context> {
  wrap(next: Way, options: never, context: Context & { metrics: RoomMetrics }): Way | Promise<Way>;
}

/** Wraps a service's bare way in every one of its rooms that the configuration, checked by its schema, switches on. */
export async function wrapInRooms<Way, Context>(
  rooms: readonly (readonly [name: string, room: Wraps<Way, Context>])[],
  bare: Way,
  chosen: Record<string, unknown>,
  context: Context,
  metricsOf: ReturnType<typeof patternMetrics>,
): Promise<Way> {
  let way = bare;
  for (const [name, room] of rooms) {
    if (!(name in chosen)) continue;
    way = await room.wrap(way, chosen[name] as never, { ...context, metrics: metricsOf(name) });
  }
  return way;
}

/** Lets the rooms that are switched on answer requests of the gateway themselves, where they do. */
export async function mountRooms(
  app: FastifyInstance,
  chosen: Record<string, unknown>,
  context: Omit<MountContext, 'metrics'>,
  metricsOf: ReturnType<typeof patternMetrics>,
): Promise<Mounted[]> {
  const mounted = hostedBy('gateway').flatMap(([name, room]: [string, GatewayRoom]) => {
    if (!(name in chosen) || !room.mount) return [];
    return [room.mount(app, chosen[name] as never, { ...context, metrics: metricsOf(name) })];
  });
  return Promise.all(mounted);
}

/** The patterns that are switched on in a service, with their options; each room's own schema checks its part. */
export function patternsSchema(host: Host) {
  return Type.Object(
    Object.fromEntries(hostedBy(host).map(([name, room]) => [name, Type.Optional(room.options)])),
    { additionalProperties: false, default: {} },
  );
}

/** Those of a variant's patterns that a service hosts. What is in no room stands in the gateway, which refuses it. */
export function patternsAt(host: Host, chosen: Record<string, unknown>): Record<string, unknown> {
  const hostOf = (name: string) =>
    Object.hasOwn(patterns, name) ? patterns[name as PatternName].at : 'gateway';
  return Object.fromEntries(Object.entries(chosen).filter(([name]) => hostOf(name) === host));
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
