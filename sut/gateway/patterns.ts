import { Default } from 'typebox/value';
import { problemsOf } from '#contract/validate.ts';
import { patterns } from '../patterns/index.ts';
import type { Predict, Room, RoomContext } from '../patterns/room.ts';

/** Wraps the way to the model in every pattern that the configuration switches on. */
export function wrapInPatterns(
  bare: Predict,
  chosen: Record<string, unknown>,
  context: RoomContext,
): Predict {
  const problems = Object.keys(chosen).flatMap((name) => patternProblems(name, chosen[name]));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  let predict = bare;
  for (const [name, room] of Object.entries(patterns) as [string, Room][]) {
    if (name in chosen) predict = room.wrap(predict, Default(room.options, chosen[name]) as never, context);
  }
  return predict;
}

/** What is wrong with a pattern's name or options; empty when nothing is. */
export function patternProblems(name: string, options: unknown): string[] {
  const room = (patterns as Record<string, Room>)[name];
  if (!room) return [`unknown pattern '${name}'; known: ${Object.keys(patterns).join(', ')}`];
  return problemsOf(room.options, Default(room.options, structuredClone(options))).map(
    (problem) => `patterns.${name}.${problem}`,
  );
}
