import fc from 'fast-check';
import {
  type ByteDamage,
  byteDamage,
  damagedBytes,
  jsonJunk,
  type Mutation,
  mutate,
  mutations,
} from './mutate.ts';

/** Changes of the values in a JSON file, or of its bytes. */
export const jsonDamage = fc.oneof(
  { weight: 3, arbitrary: mutations(jsonJunk, 3) },
  { weight: 1, arbitrary: fc.array(byteDamage, { minLength: 1, maxLength: 2 }) },
);
export type JsonDamage = Mutation[] | ByteDamage[];

function isMutations(damage: JsonDamage): damage is Mutation[] {
  return 'junk' in damage[0]!;
}

export function damagedJson(content: Buffer, damage: JsonDamage): string | Buffer {
  if (!isMutations(damage)) return damage.reduce(damagedBytes, content);
  // In a box, so that the whole value can be changed too.
  const box = [JSON.parse(content.toString())];
  for (const change of damage) mutate(box, change);
  return JSON.stringify(box[0]) ?? '';
}
