import fc from 'fast-check';

// Changes that damage does to a tree of data and to bytes; what they are done to, and must hold, is in the files beside.

export type Tree = Record<string, unknown> | unknown[];

/** Names that a careless look-up finds on every object. */
const NAMES_OF_THE_LANGUAGE = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'] as const;

/** Values that are right somewhere and wrong elsewhere. */
const WORDS = [
  'gauntlet',
  'candidate',
  'fault',
  'steady',
  'goodput',
  'latency',
  'completed',
  'openslo/v1',
  'serving/available',
  '1-candidate',
  '',
] as const;
const NUMBERS = [0, -0, 1, -1, 0.5, 2, 1e-300, 1e9, 2 ** 31, 2 ** 53, 8.64e15 + 1, 1e300, -1e300] as const;

/** Any value that JSON can hold. */
export const jsonJunk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, {}, []),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...WORDS, ...NAMES_OF_THE_LANGUAGE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Any value that a module can hold. */
export const anyJunk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: jsonJunk },
  fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('s'), Object.create(null)),
  fc.constantFrom<unknown>(
    () => 1,
    class Odd {},
    new Map(),
    new Date(0),
    /x/,
    { toString: 1 },
    new Proxy({}, {}),
  ),
  fc.double(),
  fc.date(),
);

/** One node: what holds it, its key there, and the list that it is or stands in. */
interface Node {
  box: Record<string, unknown>;
  key: string;
  value: unknown;
  list: unknown[] | null;
  depth: number;
}

/** What can be done to a node; `at` is a number to choose by. */
const HOW = {
  delete: ({ box, key }) => {
    if (Array.isArray(box)) box.splice(Number(key), 1);
    else delete box[key];
  },
  double: ({ box, key, value }) => {
    if (Array.isArray(box)) box.push(copied(value));
    else put(box, `${key}2`, copied(value));
  },
  replace: ({ box, key }, junk) => put(box, key, junk),
  wrap: ({ box, key, value }, junk) => put(box, key, [value, junk]),
  rename: ({ box, key, value }, junk, at) => {
    if (!Array.isArray(box)) delete box[key];
    put(box, nameFrom(junk, at), value);
  },
  add: ({ box }, junk, at) => put(box, nameFrom(junk, at), junk),
  misname: ({ box, key, value }, junk, at) =>
    put(
      box,
      key,
      typeof value === 'string' ? NAMES_OF_THE_LANGUAGE[at % NAMES_OF_THE_LANGUAGE.length] : junk,
    ),
  negate: ({ box, key, value }, junk) =>
    put(box, key, typeof value === 'number' ? -value : typeof value === 'boolean' ? !value : junk),
  scale: ({ box, key, value }, junk, at) =>
    put(box, key, typeof value === 'number' ? value * 10 ** ((at % 19) - 9) : junk),
  reverse: ({ list }) => list?.reverse(),
  shorten: ({ list }, _, at) => list?.splice(at % (list.length + 1)),
} as const satisfies Record<string, (node: Node, junk: unknown, at: number) => unknown>;

/** One change of one node; `at` picks the node. */
export interface Mutation {
  at: number;
  how: keyof typeof HOW | 'swap';
  junk: unknown;
}

export function mutations(junk: fc.Arbitrary<unknown>, most: number): fc.Arbitrary<Mutation[]> {
  const how = fc.constantFrom(...(Object.keys(HOW) as (keyof typeof HOW)[]), 'swap' as const);
  return fc.array(fc.record({ at: fc.nat(), how, junk }), { minLength: 1, maxLength: most });
}

/** A trial of a record, in a box of its own, has its facts here. */
const TOP = 6;

/** Changes one node of a tree in place. */
export function mutate(tree: Tree, { at, how, junk }: Mutation): void {
  const all = nodesIn(tree);
  // Every other time one of those on top, which are few beside the leaves and decide about more.
  const top = all.filter(({ depth }) => depth <= TOP);
  const nodes = at % 2 === 0 ? top : all;
  const node = nodes[(at >>> 1) % Math.max(1, nodes.length)];
  if (!node) return;
  if (how === 'swap') swap(node, nodes[(at * 7 + 3) % nodes.length] ?? node);
  // A copy of the junk, or what one run did to it would be there in the next.
  else HOW[how](node, copied(junk), at);
}

/** As an own key, whatever its name; a list has indices only. */
function put(box: object, key: string, value: unknown): void {
  if (Array.isArray(box) && !/^\d{1,3}$/.test(key)) return;
  Object.defineProperty(box, key, { value, enumerable: true, writable: true, configurable: true });
}

function swap(one: Node, other: Node): void {
  put(one.box, one.key, copied(other.value));
  put(other.box, other.key, copied(one.value));
}

/** A copy of what is data, since a tree must not come to contain itself by accident. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)]));
}

function nameFrom(junk: unknown, at: number): string {
  return typeof junk === 'string' ? junk : NAMES_OF_THE_LANGUAGE[at % NAMES_OF_THE_LANGUAGE.length]!;
}

/** Of a longer array only the ends are picked from: a tape's thousand entries would hide everything else. */
const LONG = 12;

/** Every node but the root. */
function nodesIn(tree: unknown, found: Node[] = [], above: readonly unknown[] = []): Node[] {
  if (typeof tree !== 'object' || tree === null || above.includes(tree)) return found;
  const box = tree as Record<string, unknown>;
  const within = [...above, tree];
  const entries = Object.entries(tree);
  const isLong = entries.length > LONG && Array.isArray(tree);
  for (const [key, value] of isLong ? [...entries.slice(0, 3), ...entries.slice(-3)] : entries) {
    const list = Array.isArray(value) ? value : Array.isArray(tree) ? tree : null;
    found.push({ box, key, value, list, depth: within.length });
    nodesIn(value, found, within);
  }
  return found;
}

/** What a text editor, a merge or a bad copy does to a text. */
export interface Edit {
  at: number;
  cut: number;
  put: string;
}

export function edits(put: fc.Arbitrary<string>, most: number): fc.Arbitrary<Edit[]> {
  return fc.array(fc.record({ at: fc.nat(), cut: fc.nat(40), put }), { maxLength: most });
}

export function edited(text: string, all: readonly Edit[]): string {
  return all.reduce((now, { at, cut, put: more }) => {
    const i = at % (now.length + 1);
    return now.slice(0, i) + more + now.slice(i + cut);
  }, text);
}

/** What a disk, a full one or a bad line does to bytes. */
export type ByteDamage =
  | { how: 'truncate' | 'flip' | 'zero' | 'remove' | 'repeat'; at: number; length: number }
  | { how: 'insert'; at: number; bytes: Uint8Array };

export const byteDamage: fc.Arbitrary<ByteDamage> = fc.oneof(
  fc.record({
    how: fc.constantFrom('truncate', 'flip', 'zero', 'remove', 'repeat'),
    at: fc.nat(),
    length: fc.integer({ min: 1, max: 600 }),
  }),
  fc.record({
    how: fc.constant('insert'),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
  }),
);

export function damagedBytes(content: Buffer, damage: ByteDamage): Buffer {
  const at = damage.at % Math.max(1, content.length);
  const before = content.subarray(0, at);
  if (damage.how === 'insert') return Buffer.concat([before, damage.bytes, content.subarray(at)]);
  const part = Buffer.from(content.subarray(at, at + damage.length));
  const after = content.subarray(at + damage.length);
  switch (damage.how) {
    case 'truncate':
      return before;
    case 'flip':
      if (part.length > 0) part[0]! ^= 1 << (damage.length % 8);
      return Buffer.concat([before, part, after]);
    case 'zero':
      return Buffer.concat([before, part.fill(0), after]);
    case 'remove':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, part, part, after]);
  }
}
