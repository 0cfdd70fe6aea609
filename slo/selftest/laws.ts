import type { Law } from './case.ts';
import { faultLaw } from './faults.ts';
import { gateLaw } from './gate.ts';
import { looksLaw } from './looking.ts';
import { claimLaw } from './pairs.ts';
import { rareLaw } from './rare.ts';
import { requestLaw } from './requests.ts';
import { triedLaw } from './tried.ts';

/** All that the selftest proves. */
export const laws = {
  requests: requestLaw,
  rare: rareLaw,
  tried: triedLaw,
  faults: faultLaw,
  claims: claimLaw,
  gate: gateLaw,
  looks: looksLaw,
} as const satisfies Record<string, Law>;
export type LawName = keyof typeof laws;
