import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GauntletError, unknownName } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import { tidied } from '#harness/effects/biome.ts';
import { makeFiles } from '#harness/effects/make-files.ts';
import { remakeDocs } from '#harness/effects/remake-docs.ts';
import { type Kind, kinds } from '#harness/scaffold/kinds.ts';
import { membersOf, withMember, wordsOf } from '#harness/scaffold/map-edit.ts';
import { fill, type Names, nameProblem, namesOf } from '#harness/scaffold/names.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const templates = fileURLToPath(new URL('../scaffold/templates/', import.meta.url));

/** `new`: a member that works, and its line in the map; all of it or nothing. */
export async function runNew(kind: string, name: string): Promise<ExitCode> {
  process.stdout.write(`${(await makeMember(repository, kind, name)).join('\n')}\n`);
  return EXIT.pass;
}

/** Makes a member in the repository at `root`; resolves to what was made and what comes next, line by line. */
export async function makeMember(root: string, kindName: string, name: string): Promise<string[]> {
  if (!Object.hasOwn(kinds, kindName))
    throw new GauntletError('unknown-name', unknownName('kind', kindName, Object.keys(kinds)));
  const problem = nameProblem(kindName, name);
  if (problem !== null) throw new GauntletError('not-made', problem);
  const member = readMember(root, kinds[kindName as keyof typeof kinds], namesOf(name));
  const refusal = takenProblem(root, kindName, member);
  if (refusal !== null) throw new GauntletError('not-made', refusal);
  const { kind, names, sources } = member;
  const newMap = await tidied(root, kind.mapFile, extendedMap(member));
  const made: Record<string, string> = {};
  for (const { path, template } of sources) {
    const text = fill(template, names);
    made[join(root, path)] = isCode(path) ? await tidied(root, path, text) : text;
  }
  await makeFiles(made, { path: join(root, kind.mapFile), text: newMap });
  return [
    ...sources.map(({ path }) => `made     ${path}`),
    `changed  ${kind.mapFile}`,
    await remadeDocs(root),
    ...fill(kind.next, names).split('\n'),
  ];
}

/** The pages name the members; where they can't be made the member is there all the same. */
async function remadeDocs(root: string): Promise<string> {
  try {
    await remakeDocs(root);
    return 'remade   the pages of docs/ that name it';
  } catch {
    return 'The pages of docs/ that name it could not be remade; type: npm run docs';
  }
}

/** A member before it is made. */
interface Member {
  kind: Kind;
  names: Names;
  /** The text of the map's file as it is. */
  mapText: string;
  sources: { path: string; template: string }[];
}

function readMember(root: string, kind: Kind, names: Names): Member {
  const sources = Object.entries(kind.files).map(([path, template]) => ({
    path: fill(path, names),
    template: readFileSync(join(templates, template), 'utf8'),
  }));
  return { kind, names, mapText: readFileSync(join(root, kind.mapFile), 'utf8'), sources };
}

/** Why the name can't be had, in a sentence; null when it can. */
function takenProblem(
  root: string,
  kindName: string,
  { kind, names, mapText, sources }: Member,
): string | null {
  const { name, camel } = names;
  const taken = membersOf(mapText, kind.map) ?? [];
  if (taken.includes(name)) {
    return `The ${kindName} '${name}' is there already; taken are: ${taken.join(', ')}.`;
  }
  const there = sources.find(({ path }) => existsSync(join(root, path)));
  if (there) return `${there.path} is there already, and nothing is overwritten; take another name.`;
  const codes = sources.filter(({ path }) => isCode(path)).map(({ template }) => template);
  if ([mapText, ...codes].every((code) => !wordsOf(fill(code, NO_NAMES)).has(camel))) return null;
  return (
    `'${name}' can't name a new ${kindName}: in code it would be '${camel}', which means something else ` +
    `in ${kind.mapFile} or in the files to be made; add a word, such as ${name}-${kindName}.`
  );
}

/** For the words of a template that are there whatever the name is. */
const NO_NAMES: Names = { name: '', key: '', camel: '', pascal: '', title: '' };

function extendedMap({ kind, names, mapText }: Member): string {
  const { key, camel: identifier } = names;
  const { isDefault, last } = kind;
  const entry = { key, identifier, from: fill(kind.from, names), isDefault, before: last };
  const text = withMember(mapText, kind.map, entry);
  if (text !== null) return text;
  throw new GauntletError(
    'not-made',
    `${kind.mapFile} has not the form that a member can be added to, which is imports and then: ` +
      `export const ${kind.map} = { name, 'other-name': otherName } as const satisfies Record<…>. Nothing was made.`,
  );
}

function isCode(path: string): boolean {
  return path.endsWith('.ts');
}
