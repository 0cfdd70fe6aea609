import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ObjectiveSchema } from '#contract/experiment.ts';
import { problemsOf } from '#contract/validate.ts';
import { expectObjectivesOrProblems } from '#test/fuzz/openslo.ts';
import { readOpenSlo } from './openslo.ts';

const folder = join(import.meta.dirname, 'objectives');
const committed = readdirSync(folder).map(
  (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
);

/** 29 lines; the table below counts on them. */
const VALID = readFileSync(join(import.meta.dirname, '../test/fixtures/objectives/quick.yaml'), 'utf8');
const QUICK = { name: 'quick', indicator: 'latency', phase: 'steady', withinMs: 100, target: 0.95 };

function changed(from: string | RegExp, to: string): string {
  const text = VALID.replace(from, to);
  expect(text, `${from} is in the document`).not.toBe(VALID);
  return text;
}

describe('the objectives that are committed', () => {
  test.each(committed)('%s has no problem and skips nothing', (name, text) => {
    const { objectives, problems, skipped } = readOpenSlo(text, name);
    expect({ problems, skipped }).toEqual({ problems: [], skipped: [] });
    for (const objective of objectives) expect(problemsOf(ObjectiveSchema, objective)).toEqual([]);
  });

  test('say what is asked, and no more', () => {
    const read = Object.fromEntries(
      committed.map(([name, text]) => [name, readOpenSlo(text, name).objectives] as const),
    );
    expect(read).toEqual({
      'jobs.yaml': [
        { name: 'accounted-for', indicator: 'accounted', phase: 'steady', target: 1 },
        { name: 'accounted-for-in-fault', indicator: 'accounted', phase: 'fault', target: 1 },
        { name: 'accounted-for-in-recovery', indicator: 'accounted', phase: 'recovery', target: 1 },
        {
          name: 'acknowledged-within-20ms',
          indicator: 'acknowledgement',
          phase: 'steady',
          withinMs: 20,
          target: 0.99,
        },
        ...['worker', 'broker', 'model-server', 'gateway'].map((service) => ({
          name: `survives-kills-of-the-${service}`,
          indicator: 'kills',
          phase: 'fault',
          service,
          target: 1,
        })),
      ],
      'overload.yaml': [
        { name: 'correct-in-time-in-overload', indicator: 'goodput', phase: 'fault', target: 0.9 },
        { name: 'recovers-within-2s', indicator: 'recovery', phase: 'recovery', withinSeconds: 2, target: 1 },
      ],
      'serving.yaml': [
        { name: 'available', indicator: 'availability', phase: 'steady', target: 0.999 },
        { name: 'p95-below-100ms', indicator: 'latency', phase: 'steady', withinMs: 100, target: 0.95 },
        { name: 'faithful', indicator: 'fidelity', phase: 'steady', target: 1 },
        { name: 'correct-in-time', indicator: 'goodput', phase: 'steady', target: 0.96 },
      ],
      'resilience.yaml': [
        { name: 'available', indicator: 'availability', phase: 'steady', target: 0.99 },
        { name: 'correct-in-time', indicator: 'goodput', phase: 'steady', target: 0.95 },
        { name: 'faithful-in-fault', indicator: 'fidelity', phase: 'fault', target: 1 },
        { name: 'correct-in-time-in-fault', indicator: 'goodput', phase: 'fault', target: 0.93 },
        { name: 'recovers-within-3s', indicator: 'recovery', phase: 'recovery', withinSeconds: 3, target: 1 },
      ],
    });
  });
});

describe('a document of ours', () => {
  test('becomes an objective', () => {
    expect(readOpenSlo(VALID, 'my.yaml')).toEqual({ objectives: [QUICK], problems: [], skipped: [] });
  });

  test.each([
    ['a target in percent', changed('target: 0.95', 'targetPercent: 99.9'), { ...QUICK, target: 0.999 }],
    [
      'no miss allowed',
      changed('Quick answers', "Quick\n  annotations: { gauntlet/misses-allowed: '0', mine.org/x: y }"),
      { ...QUICK, target: 1 },
    ],
    [
      'labels of one or several values',
      changed('Quick answers', 'Quick\n  labels: { team: [a, b], env: prod }'),
      QUICK,
    ],
    ['no time window', changed(/ {2}timeWindow:[\s\S]*?true\n/, ''), QUICK],
    [
      'a calendar',
      changed('isRolling: true', 'calendar: { startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin }'),
      QUICK,
    ],
    [
      'alert policies',
      changed('  objectives', '  alertPolicies: [{ alertPolicyRef: page }]\n  objectives'),
      QUICK,
    ],
    [
      'an alert policy in place',
      changed(
        '  objectives',
        `  alertPolicies:
    - kind: AlertPolicy
      metadata: { name: fast-burn }
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: { name: burns }
            spec:
              severity: page
              condition: { kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m }
        notificationTargets: [{ targetRef: on-call }]
  objectives`,
      ),
      QUICK,
    ],
    [
      'a tenant',
      changed('phase: steady, withinMs: 100', 'phase: steady, withinMs: 100, tenant: small').replace(
        'planned-requests, phase: steady',
        'planned-requests, phase: steady, tenant: small',
      ),
      { ...QUICK, tenant: 'small' },
    ],
    ['alert policies left empty', changed('  objectives', '  alertPolicies:\n  objectives'), QUICK],
    [
      'an anchor and its alias',
      changed('type: gauntlet', 'type: &us gauntlet').replace(/type: gauntlet/, 'type: *us'),
      QUICK,
    ],
    ['line ends of Windows', VALID.replaceAll('\n', '\r\n'), QUICK],
  ])('may have %s', (_, text, objective) => {
    expect(readOpenSlo(text, 'my.yaml')).toEqual({ objectives: [objective], problems: [], skipped: [] });
  });
});

describe('what is not ours', () => {
  test.each([
    ['another kind', changed('kind: SLO', 'kind: AlertPolicy'), 'kind AlertPolicy is not SLO'],
    [
      'another version',
      changed('openslo/v1', 'openslo/v2alpha'),
      'apiVersion openslo/v2alpha is not openslo/v1',
    ],
    [
      'another metric source',
      VALID.replaceAll('type: gauntlet', 'type: Prometheus'),
      'no metricSource of type gauntlet',
    ],
    [
      'an indicator that is elsewhere',
      changed(/ {2}indicator:[\s\S]*? {2}timeWindow/, '  indicatorRef: web\n  timeWindow'),
      'no metricSource of type gauntlet',
    ],
  ])('%s is skipped and said, and the rest of the file is read', (_, text, words) => {
    const { objectives, problems, skipped } = readOpenSlo(`${text}---\n${VALID}`, 'my.yaml');
    expect({ objectives, problems }).toEqual({ objectives: [QUICK], problems: [] });
    expect(skipped).toEqual([expect.stringContaining(`my.yaml:1:1: skipped, ${words}`)]);
  });

  test('nothing is nothing', () => {
    const nothing = { objectives: [], problems: [], skipped: [] };
    for (const text of ['', '---\n', '# only a comment\n', '---\n---\n']) {
      expect(readOpenSlo(text, 'my.yaml')).toEqual(nothing);
    }
  });
});

describe('a problem is said where it stands, with what would be right', () => {
  const target = (value: string) => changed('target: 0.95', `target: ${value}`);
  test.each([
    ['a target of 1', target('1'), '29:15', 'must be above 0 and below 1; that no miss is allowed'],
    ['a target above 1', target('95'), '29:15', 'must be above 0 and below 1'],
    ['a target of 0', target('0'), '29:15', 'must be above 0 and below 1'],
    ['a negative target', target('-0.5'), '29:15', 'must be above 0 and below 1'],
    ['a target that is text', target("'0.95'"), '29:15', 'must be number'],
    ['a target that is no number', target('.nan'), '29:15', 'must be number'],
    ['a target without end', target('.inf'), '29:15', 'must be number'],
    ['a target left empty', target(''), '29:15', 'must be number'],
    [
      'a share of 100 %',
      changed('target: 0.95', 'targetPercent: 100'),
      '29:22',
      'must be above 0 and below 100',
    ],
    [
      'both targets',
      changed('target: 0.95', 'target: 0.95\n      targetPercent: 95'),
      '28:7',
      'either target or',
    ],
    ['no target', changed('\n      target: 0.95', ''), '28:7', 'must have either target or targetPercent'],
    ['two objectives', `${VALID}    - target: 0.99\n`, '27:3', 'must not have more than 1 items'],
    [
      'no objectives',
      changed(/objectives:[\s\S]*$/, 'objectives: []\n'),
      '27:3',
      'must not have fewer than 1 items',
    ],
    [
      'an unknown key',
      changed('service: gateway', 'service: gateway\n  owner: me'),
      '9:3',
      'unknown key; known here: description, service, indicator,',
    ],
    [
      'an unknown key of our own part',
      changed('withinMs: 100', 'withinMs: 100, retries: 3'),
      '18:71',
      'unknown key; known here: phase, tenant, indicator, withinMs',
    ],
    [
      'an unknown indicator',
      changed('indicator: latency', 'indicator: speed'),
      '18:32',
      "must be one of 'availability', 'latency'",
    ],
    ['an option that the indicator needs', changed(', withinMs: 100', ''), '18:13', "missing 'withinMs'"],
    [
      'an option that another indicator has',
      changed('withinMs', 'withinSeconds'),
      '18:13',
      "missing 'withinMs'",
    ],
    ['a limit of 0', changed('withinMs: 100', 'withinMs: 0'), '18:66', 'must be > 0'],
    [
      'an unknown phase',
      changed('phase: steady', 'phase: night'),
      '18:48',
      "must be one of 'warm-up', 'steady'",
    ],
    [
      'another phase in total',
      changed(/phase: steady }\n {2}time/, 'phase: fault }\n  time'),
      '22:53',
      'must be "steady"',
    ],
    ['another count in total', changed('planned-requests', 'faults'), '22:28', 'must be "planned-requests"'],
    [
      'a total of somebody else',
      changed(/type: gauntlet\n(?= *spec: { count)/, 'type: Prometheus\n'),
      '21:19',
      'must be "gauntlet"',
    ],
    ['no total', changed(/ {8}total:[\s\S]*? {2}timeWindow/, '  timeWindow'), '13:7', "missing 'total'"],
    [
      'bad in place of good',
      changed('good:', 'bad:'),
      '15:9',
      "OpenSLO has this key, but Gauntlet doesn't read it; write a ratioMetric",
    ],
    [
      'a threshold',
      changed(
        /ratioMetric:[\s\S]*? {2}timeWindow/,
        'thresholdMetric: { metricSource: { type: gauntlet, spec: { indicator: latency } } }\n  timeWindow',
      ),
      '13:7',
      "OpenSLO has this key, but Gauntlet doesn't read it; write a ratioMetric with good and total",
    ],
    [
      'an operator',
      changed('target: 0.95', 'target: 0.95\n      op: lte'),
      '30:7',
      'it belongs to a thresholdMetric',
    ],
    [
      'an unknown key of an alert policy',
      changed('  objectives', '  alertPolicies: [{ alertPolicyRef: page, when: always }]\n  objectives'),
      '27:43',
      'spec.alertPolicies[0].when: unknown key; known here: alertPolicyRef, kind, metadata, spec',
    ],
    ['time slices', changed('Occurrences', 'Timeslices'), '26:20', 'must be "Occurrences"'],
    [
      'a second indicator',
      changed('service: gateway', 'service: gateway\n  indicatorRef: x'),
      '9:3',
      'write the indicator in place',
    ],
    ['a duration without a unit', changed('duration: 4w', 'duration: 4'), '24:17', 'must be string'],
    [
      'a duration with an unknown unit',
      changed('duration: 4w', 'duration: 4y'),
      '24:17',
      'a unit of m h d w M Q Y',
    ],
    [
      'a window without end or calendar',
      changed('isRolling: true', 'isRolling: false'),
      '24:7',
      'either isRolling: true or a calendar',
    ],
    [
      'two windows',
      changed('isRolling: true', 'isRolling: true\n    - duration: 1d\n      isRolling: true'),
      '23:3',
      'must not have more than 1 items',
    ],
    [
      'a name with capitals',
      changed('name: quick', 'name: Quick'),
      '4:9',
      'must be a name of at most 63 small letters',
    ],
    ['no name', changed('  name: quick\n', ''), '3:1', "missing 'name'"],
    ['no service', changed('  service: gateway\n', ''), '6:1', "missing 'service'"],
    ['no metadata', changed(/metadata:[\s\S]*?spec:/, 'spec:'), '1:1', "the document: missing 'metadata'"],
    [
      'a label that is a number',
      changed('Quick answers', 'Quick\n  labels: { tier: 1 }'),
      '6:19',
      'must be either string or array',
    ],
    [
      'some misses allowed',
      changed('Quick answers', "Quick\n  annotations: { gauntlet/misses-allowed: '3' }"),
      '6:43',
      "must be '0': no miss allowed",
    ],
    [
      'misses as a number',
      changed('Quick answers', 'Quick\n  annotations: { gauntlet/misses-allowed: 0 }'),
      '6:43',
      'must be string',
    ],
    [
      'an unknown annotation of ours',
      changed('Quick answers', "Quick\n  annotations: { gauntlet/mises-allowed: '0' }"),
      '6:3',
      "the only annotation of Gauntlet's is 'gauntlet/misses-allowed'",
    ],
    [
      'an unknown kind',
      changed('kind: SLO', 'kind: SLOO'),
      '2:7',
      "unknown kind 'SLOO'; OpenSLO has: SLO, SLI, Service",
    ],
    [
      'no version',
      changed('apiVersion: openslo/v1\n', ''),
      '1:1',
      "apiVersion must be a text; OpenSLO's is openslo/v1",
    ],
    [
      'a list of documents',
      `- ${VALID.trimEnd().replaceAll('\n', '\n  ')}\n`,
      '1:1',
      'must be a document with apiVersion',
    ],
    [
      'a key that stands twice',
      changed('service: gateway', 'service: gateway\n  service: worker'),
      '9:3',
      'not YAML: Map keys must be unique',
    ],
    [
      'an alias of nothing',
      changed('service: gateway', 'service: *nobody'),
      '1:1',
      'not YAML: Unresolved alias',
    ],
    [
      'a tag of nobody',
      changed('service: gateway', 'service: !mine gateway'),
      '8:12',
      'not YAML: Unresolved tag',
    ],
    ['a bracket that stays open', changed('withinMs: 100 }', 'withinMs: 100'), '19:', 'not YAML:'],
    ['a tab for a space', changed('  service', '\tservice'), '8:1', 'not YAML:'],
  ])('%s', (_, text, place, words) => {
    const { objectives, problems } = readOpenSlo(text, 'my.yaml');
    expect(objectives).toEqual([]);
    const [line] = problems.filter((problem) => problem.includes(words));
    expect(line, problems.join('\n')).toMatch(new RegExp(`^my\\.yaml:${place}`));
  });

  test('all of a file come at once, also those of its other documents', () => {
    const wrong = changed('target: 0.95', 'target: 2').replace('name: quick', 'name: Q').replace('4w', '4');
    const { objectives, problems } = readOpenSlo(`${wrong}---\n${VALID}---\n${wrong}`, 'my.yaml');
    expect(objectives).toEqual([QUICK]);
    const places = problems.map((problem) => problem.split(':')[1]);
    expect(places.toSorted()).toEqual(['24', '29', '4', '64', '84', '89']);
  });

  test('a name that a file has already', () => {
    const { objectives, problems } = readOpenSlo(`${VALID}---\n${VALID}`, 'my.yaml');
    expect(objectives).toEqual([QUICK]);
    expect(problems).toEqual([
      "my.yaml:34:9: metadata.name: 'quick' is the name of line 4 already; each needs its own",
    ]);
  });
});

test('a document that contains itself, or grows without end, is a problem and no hang', () => {
  const bomb = Array.from(
    { length: 12 },
    (_, i) => `b${i}: &b${i} [${`*b${i - 1}, `.repeat(i ? 9 : 0)}1]`,
  ).join('\n');
  expectObjectivesOrProblems(`${VALID}x: &x [*x]\n`);
  expect(readOpenSlo(`${VALID}x: &x [*x]\n`, 'f').objectives).toEqual([]);
  expect(readOpenSlo(`${VALID}${bomb}\n`, 'f').problems.join()).toContain('Excessive alias count');
  expectObjectivesOrProblems(`a: ${'['.repeat(20_000)}`);
});
