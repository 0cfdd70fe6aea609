import { Create, Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { type Fault, type FaultAction, FaultActionSchema } from '#contract/fault.ts';
import { LINKS } from '#contract/names.ts';
import { problemsOf } from '#contract/validate.ts';
import { faults } from './index.ts';

/** Every fault with the smallest valid options, on every link; and without one where it needs none. */
const cases = Object.entries<Fault>(faults).flatMap(([name, fault]) =>
  [...LINKS, ...(fault.needsLink ? [] : [undefined])].map((link) => ({ name, fault, link })),
);

/** What a list of actions leaves behind: the toxics of each link, by name. */
function toxicsAfter(actions: readonly FaultAction[]): string[] {
  const left: string[] = [];
  for (const action of actions) {
    if (action.do === 'add-toxic') left.push(`${action.link} ${action.toxic.name}`);
    else {
      const at = left.indexOf(`${action.link} ${action.name}`);
      expect(at, `${action.name} is removed from ${action.link}, where it is not`).not.toBe(-1);
      left.splice(at, 1);
    }
  }
  return left;
}

describe.each(Object.entries<Fault>(faults))('%s', (_, fault) => {
  test('refuses options that it does not have', () => {
    expect(fault.options).toHaveProperty('additionalProperties', false);
    const options = { ...(Create(fault.options) as object), noSuchOption: 1 };
    expect(problemsOf(fault.options, options)).toEqual([
      expect.stringContaining("unknown key 'noSuchOption'"),
    ]);
  });

  test('says in one line what it does', () => {
    expect(fault.summary).toMatch(/^\S.{10,120}\S$/);
  });

  test('is refused without a link exactly where it needs one', () => {
    const script = () => fault.script(Create(fault.options), undefined);
    if (fault.needsLink) expect(script).toThrow('without one');
    else expect(script).not.toThrow();
  });
});

describe.each(cases)('$name on $link', ({ fault, link }) => {
  const options = Create(fault.options);
  const { inject, heal, bite } = fault.script(options, link);

  test('heals exactly what it injects', () => {
    expect(toxicsAfter([...inject, ...heal])).toEqual([]);
  });

  test('has two toxics of one name on no link', () => {
    const added = toxicsAfter(inject);
    expect(new Set(added).size).toBe(added.length);
  });

  test('is plain JSON in the form of the contract', () => {
    const script = { inject, heal, bite };
    expect(JSON.parse(JSON.stringify(script))).toEqual(script);
    for (const action of [...inject, ...heal]) expect(problemsOf(FaultActionSchema, action)).toEqual([]);
  });

  test('is the same each time, and changes none of its options', () => {
    const before = structuredClone(options);
    expect(fault.script(options, link)).toEqual({ inject, heal, bite });
    expect(options).toEqual(before);
  });

  test('has to bite where it injects something, on the link that it touches', () => {
    expect(bite.anyOf.length > 0).toBe(inject.length > 0);
    if (fault.needsLink) expect(bite.link).toBe(link);
  });
});

test('the control injects nothing', () => {
  expect(faults.none.script({}, undefined)).toEqual({
    inject: [],
    heal: [],
    bite: { link: null, anyOf: [] },
  });
});

describe('latency', () => {
  const options = Default(faults.latency.options, { latencyMs: 2_000 }) as {
    latencyMs: number;
    jitterMs: number;
  };
  const { inject, bite } = faults.latency.script(options, 'gateway->model-server');

  test('delays what comes back, on all connections', () => {
    expect(inject).toMatchObject([
      {
        toxic: {
          type: 'latency',
          stream: 'downstream',
          toxicity: 1,
          attributes: { latency: 2_000, jitter: 0 },
        },
      },
    ]);
  });

  test('bites when nine tenths of the delay were seen, or when nearly all calls timed out', () => {
    expect(bite.anyOf).toEqual([
      { meanCallSecondsAtLeast: expect.closeTo(1.8, 9) },
      { timeoutShareAtLeast: 0.9, calls: 5 },
    ]);
  });

  test.each([
    ['no delay', {}],
    ['a delay of nothing', { latencyMs: 0 }],
    ['a negative delay', { latencyMs: -5 }],
    ['a negative jitter', { latencyMs: 5, jitterMs: -1 }],
  ])('%s is refused', (_, wrong) => {
    expect(problemsOf(faults.latency.options, Default(faults.latency.options, { ...wrong }))).toHaveLength(1);
  });
});
