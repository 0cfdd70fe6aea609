import { join } from 'node:path';
import { askPinnedVersion, isProgram } from './program.ts';
import type { ToolSpec } from './tools.ts';
import type { Context, Found, Tried } from './way.ts';

/** The program that an earlier run put into the cache. */
export async function findInCache(spec: ToolSpec, context: Context): Promise<Found | Tried> {
  const path = join(context.finalFolder, spec.binary);
  if (!(await isProgram(path))) return { why: `nothing at ${path}` };
  const answer = await askPinnedVersion(path, spec, context);
  // Said aloud because what follows takes a minute that nobody expects with a cache in place.
  if ('why' in answer) context.onProgress(`${context.name}: not using the cache: ${answer.why}`);
  return answer;
}
