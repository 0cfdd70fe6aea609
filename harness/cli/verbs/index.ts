import type { Verb } from '../verb.ts';
import { calibrate } from './calibrate.ts';
import { chaos } from './chaos.ts';
import { clean } from './clean.ts';
import { compare } from './compare.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { gate } from './gate.ts';
import { heal } from './heal.ts';
import { init } from './init.ts';
import { judge } from './judge.ts';
import { keep } from './keep.ts';
import { list } from './list.ts';
import { loadtest } from './loadtest.ts';
import { newMember } from './new.ts';
import { pin } from './pin.ts';
import { report } from './report.ts';
import { sut } from './sut.ts';

/** The commands of the product; `npm run <name>` runs one. */
export const verbs = {
  loadtest,
  chaos,
  compare,
  gate,
  pin,
  keep,
  calibrate,
  judge,
  report,
  diff,
  heal,
  sut,
  init,
  list,
  clean,
  doctor,
  new: newMember,
} as const satisfies Record<string, Verb>;
