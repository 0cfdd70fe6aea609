import fc from 'fast-check';
import { expectDamageIsSeen, expectWordsOrSound, resealIfPossible } from './expectations.ts';
import { type Effort, fuzz } from './fuzz.ts';
import { damagedJson, jsonDamage } from './json-damage.ts';
import { type Original, outcomeOf, savedOriginals } from './saved-runs.ts';

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
