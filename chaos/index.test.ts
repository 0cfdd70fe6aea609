import { Create, Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import {
  type Fault,
  type FaultAction,
  FaultActionSchema,
  type FaultTarget,
  isGone,
  isStopped,
} from '#contract/fault.ts';
import { LINKS, SERVICES } from '#contract/names.ts';
import { linkEnds } from '#contract/topology.ts';
import { problemsOf } from '#contract/validate.ts';
import { afterAction } from '#test/sim/in-place.ts';
import { faults } from './index.ts';

/** Everything that a fault can be used on. */
const targets: Record<Fault['on'], FaultTarget[]> = {
  link: LINKS.map((link) => ({ link })),
  service: SERVICES.map((service) => ({ service })),
  load: [{}],
  nothing: [{}, { link: LINKS[0] }],
};
/** Every fault with the smallest valid options, on everything that it can be used on. */
const cases = Object.entries<Fault>(faults).flatMap(([name, fault]) =>
  targets[fault.on].map((target) => ({ name, fault, target, on: target.link ?? target.service })),
);

/** What a list of actions leaves behind. */
const leftBy = (actions: readonly FaultAction[]) => actions.reduce(afterAction, [] as string[]);

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

  test('is refused without a target exactly where it needs one', () => {
    const script = () => fault.script(Create(fault.options), {});
    if (fault.on === 'nothing' || fault.on === 'load') expect(script).not.toThrow();
    else expect(script).toThrow(`a fault on a ${fault.on} was planned without one`);
  });
});

describe.each(cases)('$name on $on', ({ fault, target }) => {
  const options = Create(fault.options);
  const { inject, heal, bite, offers, marks } = fault.script(options, target);

  test('heals exactly what it injects', () => {
    expect(leftBy([...inject, ...heal])).toEqual([]);
  });

  test('is plain JSON in the form of the contract', () => {
    const script = { inject, heal, bite };
    expect(JSON.parse(JSON.stringify(script))).toEqual(script);
    for (const action of [...inject, ...heal]) expect(problemsOf(FaultActionSchema, action)).toEqual([]);
  });

  test('is the same each time, and changes none of its options', () => {
    const before = structuredClone(options);
    expect(fault.script(options, target)).toEqual({ inject, heal, bite, offers, marks });
    expect(options).toEqual(before);
  });

  test('leaves something in place, or shapes the load, where it has to bite, and does neither where it has not', () => {
    const shapes = offers !== undefined || marks !== undefined;
    expect(leftBy(inject).length > 0 || shapes).toBe(bite.anyOf.length > 0);
    expect(shapes).toBe(fault.on === 'load');
  });

  test('has to bite on the link that it touches, or on the one into its service; the load has none', () => {
    if (fault.on === 'nothing') return expect(bite).toEqual({ link: null, anyOf: [] });
    if (fault.on === 'load') return expect({ inject, link: bite.link }).toEqual({ inject: [], link: null });
    if (fault.on === 'link') return expect(bite.link).toBe(target.link);
    // Nobody calls a worker: that it is gone is read back, and is all there is to see.
    if (target.service === 'worker') return expect(bite.link).toBeNull();
    return expect(linkEnds(bite.link!).to).toBe(target.service);
  });

  test('asks to read back only what it leaves in place', () => {
    if (bite.readBack !== undefined) expect(leftBy(inject)).toContain(bite.readBack);
  });
});

test('the control injects nothing', () => {
  expect(faults.none.script({}, {})).toEqual({
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
  const { inject, bite } = faults.latency.script(options, { link: 'gateway->model-server' });

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

describe('reset', () => {
  const { inject, heal } = faults.reset.script({}, { link: 'gateway->model-server' });
  const steps = (actions: readonly FaultAction[]) =>
    actions.map((action) => (action.do === 'set-proxy' ? action.enabled : action.do));

  test('closes the open connections after it is armed, and those that it armed after it is gone', () => {
    expect(steps(inject)).toEqual(['add-toxic', false, true]);
    expect(steps(heal)).toEqual(['remove-toxic', false, true]);
  });
});

test.each([
  ['kill', faults.kill, isGone('model-server')],
  ['pause', faults.pause, isStopped('model-server')],
])('%s of the model server is felt at the gateway, and has to be read back', (_, fault, words) => {
  const { bite } = fault.script({}, { service: 'model-server' });
  expect(bite).toMatchObject({ link: 'gateway->model-server', readBack: words });
});
