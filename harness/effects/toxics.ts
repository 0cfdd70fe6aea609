import { GauntletError } from '#contract/errors.ts';
import type { FaultAction } from '#contract/fault.ts';

export type WantedToxic = Extract<FaultAction, { do: 'add-toxic' }>['toxic'];

/**
 * The attributes of each toxic and the least that may be sent. Toxiproxy takes zero for an attribute that is missing
 * or misspelt; a bandwidth of zero stalls for ever and a negative one panics, and slices of zero recurse without end.
 */
const TOXICS: Record<string, Record<string, number>> = {
  latency: { latency: 0, jitter: 0 },
  bandwidth: { rate: 1 },
  slow_close: { delay: 0 },
  timeout: { timeout: 0 },
  reset_peer: { timeout: 0 },
  slicer: { average_size: 1, size_variation: 0, delay: 0 },
  limit_data: { bytes: 0 },
};

/** Everything for which a toxic must not be sent, one sentence each. */
export function toxicProblems({ type, attributes }: WantedToxic): string[] {
  const known = TOXICS[type];
  if (!known) return [`Toxiproxy has no toxic '${type}'; it has: ${Object.keys(TOXICS).join(', ')}.`];
  const names = Object.keys(known);
  const problems = Object.keys(attributes)
    .filter((name) => !(name in known))
    .map((name) => `Toxic '${type}' has no attribute '${name}'; it has: ${names.join(', ')}.`);
  for (const [name, least] of Object.entries(known)) {
    const value = attributes[name];
    if (value === undefined) problems.push(`Toxic '${type}' needs its attribute '${name}'.`);
    else if (!Number.isSafeInteger(value) || value < least) {
      problems.push(`'${name}' of toxic '${type}' is ${value}; it must be a whole number from ${least} on.`);
    }
  }
  // Else it may cut at offsets outside the data.
  const isSlicer = type === 'slicer' && problems.length === 0;
  if (isSlicer && attributes['size_variation']! >= attributes['average_size']!) {
    problems.push("'size_variation' of toxic 'slicer' must be less than its 'average_size'.");
  }
  return problems;
}

export function refuseDangerous(toxic: WantedToxic): void {
  const problems = toxicProblems(toxic);
  if (problems.length > 0) throw new GauntletError('dangerous-toxic', problems.join('\n'));
}
