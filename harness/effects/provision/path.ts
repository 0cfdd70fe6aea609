import { askVersion, programsOnPath } from './program.ts';
import type { ProgramSpec } from './tools.ts';
import type { Found, SearchContext, Tried } from './way.ts';

/** The first program on PATH of an accepted version. */
export async function findOnPath(spec: ProgramSpec, context: SearchContext): Promise<Found | Tried> {
  const whys: string[] = [];
  for (const path of await programsOnPath(spec.binary, context.env)) {
    const answer = await askVersion(path, spec, context);
    if ('version' in answer && spec.accepts(answer.version)) return { path, version: answer.version };
    const why = 'version' in answer ? `${path} is ${answer.version}, not ${spec.accepted}` : answer.why;
    context.onProgress(`${context.name}: passing over the one on PATH: ${why}`);
    whys.push(why);
  }
  return { why: whys.length > 0 ? whys.join('; ') : `no ${spec.binary} there` };
}
