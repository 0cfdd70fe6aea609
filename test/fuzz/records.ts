import fc from 'fast-check';
import { expectDamageIsSeen, expectWordsOrSound, resealIfPossible } from './expectations.ts';
import { type Effort, fuzz } from './fuzz.ts';
import {
  type ByteDamage,
  byteDamage,
  damagedBytes,
  jsonJunk,
  type Mutation,
  mutate,
  mutations,
} from './mutate.ts';
import { type Original, outcomeOf, savedOriginals } from './saved-runs.ts';

/** Changes of the values in a JSON file, or of its bytes. */
const jsonDamage = fc.oneof(
  { weight: 3, arbitrary: mutations(jsonJunk, 3) },
  { weight: 1, arbitrary: fc.array(byteDamage, { minLength: 1, maxLength: 2 }) },
);
type JsonDamage = Mutation[] | ByteDamage[];

function isMutations(damage: JsonDamage): damage is Mutation[] {
  return 'junk' in damage[0]!;
}

function damagedJson(content: Buffer, damage: JsonDamage): string | Buffer {
  if (!isMutations(damage)) return damage.reduce(damagedBytes, content);
  // In a box, so that the whole value can be changed too.
  const box = [JSON.parse(content.toString())];
  for (const change of damage) mutate(box, change);
  return JSON.stringify(box[0]) ?? '';
}

const json = fc.record({
  which: fc.nat(),
  file: fc.constantFrom('plan.json', 'record.json'),
  damage: jsonDamage,
});

function pick(originals: readonly Original[], which: number): Original {
  return originals[which % originals.length]!;
}

/** plan.json or record.json is damaged after the run: that is said, or it was no damage. */
export async function fuzzDamagedRecords(effort: Effort): Promise<void> {
  const originals = await savedOriginals();
  const holds = async ({ which, file, damage }: typeof json extends fc.Arbitrary<infer T> ? T : never) => {
    const original = pick(originals, which);
    const changed = damagedJson(original.files.get(file)!, damage);
    expectDamageIsSeen(original, await outcomeOf(original, new Map([[file, changed]])));
  };
  await fuzz(json, holds, effort);
}

/** The same, written and sealed by somebody: whatever is read is judged and rendered, and no pass without evidence. */
export async function fuzzForgedRecords(effort: Effort): Promise<void> {
  const originals = await savedOriginals();
  const holds = async ({ which, file, damage }: typeof json extends fc.Arbitrary<infer T> ? T : never) => {
    const original = pick(originals, which);
    const changed = damagedJson(original.files.get(file)!, damage);
    const outcome = await outcomeOf(original, new Map([[file, changed]]), () =>
      resealIfPossible(original.path),
    );
    await expectWordsOrSound(outcome);
  };
  await fuzz(json, holds, effort);
}
