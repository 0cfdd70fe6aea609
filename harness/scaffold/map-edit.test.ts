import { describe, expect, test } from 'vitest';
import { membersOf, type NewMember, withMember, wordsOf } from './map-edit.ts';

const slowClose: NewMember = {
  key: "'slow-close'",
  identifier: 'slowClose',
  from: './slow-close.ts',
  isDefault: false,
};

/** As each of the four maps of the house is written. */
const MAPS: Record<
  string,
  { map: string; text: string; members: string[]; member: NewMember; after: string }
> = {
  'on one line': {
    map: 'faults',
    text: `import type { Fault } from '#contract/fault.ts';
import { none } from './none.ts';

/** All faults. */
export const faults = { none } as const satisfies Record<
  string,
  Fault
>;
`,
    members: ['none'],
    member: slowClose,
    after: `import type { Fault } from '#contract/fault.ts';
import { none } from './none.ts';
import { slowClose } from './slow-close.ts';

/** All faults. */
export const faults = { none, 
'slow-close': slowClose,
} as const satisfies Record<
  string,
  Fault
>;
`,
  },
  'on a line each, with more behind it': {
    map: 'patterns',
    text: `import { circuitBreaker } from './circuit-breaker/circuit-breaker.ts';
import type { Room } from './room.ts';

export const patterns = {
  'circuit-breaker': circuitBreaker,
} as const satisfies Record<string, Room>;

export type PatternName = keyof typeof patterns;
`,
    members: ['circuit-breaker'],
    member: { key: 'retry', identifier: 'retry', from: './retry/retry.ts', isDefault: false },
    after: `import { circuitBreaker } from './circuit-breaker/circuit-breaker.ts';
import type { Room } from './room.ts';
import { retry } from './retry/retry.ts';

export const patterns = {
  'circuit-breaker': circuitBreaker,
  retry,
} as const satisfies Record<string, Room>;

export type PatternName = keyof typeof patterns;
`,
  },
  'with a member that must stay last': {
    map: 'reporters',
    text: `import { console } from './reporters/console.ts';
import { json } from './reporters/json.ts';

export const reporters = { json, console } as const satisfies Record<string, Reporter>;
`,
    members: ['json', 'console'],
    member: {
      key: 'csv',
      identifier: 'csv',
      from: './reporters/csv.ts',
      isDefault: false,
      before: 'console',
    },
    after: `import { console } from './reporters/console.ts';
import { json } from './reporters/json.ts';
import { csv } from './reporters/csv.ts';

export const reporters = { json, csv, console } as const satisfies Record<string, Reporter>;
`,
  },
  'of default exports': {
    map: 'experiments',
    text: `import steady1000 from './steady-1000.ts';

export const experiments = {
  'steady-1000': steady1000,
} as const satisfies Record<string, Experiment>;
`,
    members: ['steady-1000'],
    member: { key: 'peak', identifier: 'peak', from: './peak.ts', isDefault: true },
    after: `import steady1000 from './steady-1000.ts';
import peak from './peak.ts';

export const experiments = {
  'steady-1000': steady1000,
  peak,
} as const satisfies Record<string, Experiment>;
`,
  },
};

describe.each(Object.entries(MAPS))('a map %s', (_, { map, text, members, member, after }) => {
  test('is read', () => {
    expect(membersOf(text, map)).toEqual(members);
  });

  test('gets a member', () => {
    expect(withMember(text, map, member)).toBe(after);
  });

  test('gets a second one after it, and has both', () => {
    const second = { ...member, key: 'second', identifier: 'second', from: './second.ts' };
    const kept = member.before === undefined ? [] : [member.before];
    const names = [...members.filter((name) => name !== member.before), member.key.replaceAll("'", '')];
    expect(membersOf(withMember(after, map, second)!, map)).toEqual([...names, 'second', ...kept]);
  });
});

describe('comments', () => {
  const text = `// import { old } from './old.ts';
import { a } from './a.ts'; // the first
/* import { b } from './b.ts'; */

export const faults = {
  a, // { not, a, member }
  // down,
  'b-c': bC // the last
} as const satisfies Record<string, Fault>;
`;

  test('are no members, and keep their places', () => {
    expect(membersOf(text, 'faults')).toEqual(['a', 'b-c']);
    const after = withMember(text, 'faults', slowClose)!;
    expect(membersOf(after, 'faults')).toEqual(['a', 'b-c', 'slow-close']);
    expect(after).toContain(
      "import { a } from './a.ts';\nimport { slowClose } from './slow-close.ts'; // the first",
    );
    expect(after).toContain("'b-c': bC, // the last\n");
    for (const comment of text.match(/\/\/.*|\/\*.*\*\//g)!) expect(after).toContain(comment);
  });
});

test('an empty map gets its first member', () => {
  const text =
    "import type { Fault } from './fault.ts';\nexport const faults = {} as const satisfies Record<string, Fault>;\n";
  expect(membersOf(text, 'faults')).toEqual([]);
  expect(membersOf(withMember(text, 'faults', slowClose)!, 'faults')).toEqual(['slow-close']);
});

describe('what has not the form is left alone', () => {
  const map = (body: string, end = 'as const satisfies Record<string, Fault>') =>
    `import { a } from './a.ts';\nexport const faults = ${body} ${end};\n`;

  test.each([
    [
      'another map',
      "import { a } from './a.ts';\nexport const patterns = { a } as const satisfies Record<string, Room>;",
    ],
    ['an empty file', ''],
    ['no imports', 'export const faults = { a } as const satisfies Record<string, Fault>;'],
    ['a map that is commented out', map('{ a }').replace('export', '// export')],
    ['two maps of the name', map('{ a }').repeat(2)],
    ['a type in place of satisfies', map('{ a }', 'as Record<string, Fault>')],
    ['values in place of names', map('{ a: { summary: 1 } }')],
    ['calls', map('{ a: make() }')],
    ['a spread', map('{ ...others, a }')],
    ['a computed key', map('{ [a]: a }')],
    ['a member that is missing', map('{ a, , b }')],
    ['a list', map('[a]')],
  ])('%s', (_, text) => {
    expect(withMember(text, 'faults', slowClose)).toBeNull();
  });
});

test('the words of a code are those outside of comments and strings', () => {
  const code = `/** speaks of latency */
import { needLink } from './need/link.ts'; // and of down
export const a1 = needLink("reset 'it'", 'it\\'s kill', $x);`;
  expect([...wordsOf(code)].sort()).toEqual(['$x', 'a1', 'const', 'export', 'from', 'import', 'needLink']);
});
