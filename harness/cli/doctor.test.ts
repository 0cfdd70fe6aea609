import { expect, test } from 'vitest';
import {
  coresFinding,
  doctorExit,
  doctorText,
  type Finding,
  loadFinding,
  memoryFinding,
  missingTool,
} from './doctor.ts';

const finding = (name: string, here: boolean, needed: boolean): Finding => ({
  name,
  here,
  found: `found ${name}`,
  get: `get ${name}`,
  needed,
});

test('what is here is one line, what is missing comes with how to get it', () => {
  expect(
    doctorText([finding('k6', true, true), finding('ports', false, true), finding('go', false, false)]),
  ).toEqual([
    'ok       k6     found k6',
    'missing  ports  found ports',
    '                get ports',
    'missing  go     found go',
    '                not needed, but better: get go',
    'Something needed is missing.',
  ]);
});

test('only what is needed and missing is a failure', () => {
  expect(doctorExit([finding('k6', true, true), finding('go', false, false)])).toBe(0);
  expect(doctorExit([finding('k6', false, true)])).toBe(64);
});

test.each([
  [{ url: 'https://mirror.example/k6.zip' }, null, false, /^the first run downloads it: https:.*k6\.zip$/],
  [{ why: 'it answers 404' }, 'go1.26', false, /^the first run builds it with Go, .*: it answers 404\)$/],
  [{ why: 'it answers 404' }, null, true, /^install Go .* or put k6 2\.x on PATH .*: it answers 404\)$/],
])('a tool that is nowhere, with archive %j and Go %s, is needed: %s', (archive, go, needed, get) => {
  expect(missingTool('k6', archive, go)).toMatchObject({
    here: false,
    needed,
    get: expect.stringMatching(get),
  });
});

test('one core and little memory are said, and hinder nothing', () => {
  for (const found of [coresFinding(1), memoryFinding(2 ** 29)])
    expect(found).toMatchObject({ here: false, needed: false });
  expect(memoryFinding(2 ** 31)).toMatchObject({ here: true, found: '2.0 GiB available' });
});

test('a busy machine is said with who keeps it busy, and hinders nothing', () => {
  const busiest = [{ pid: 4711, name: 'make', cores: 1.2 }];
  const load = { cores: 2, others: 1.25, busiest, availableBytes: 2 ** 33 };
  const found = 'others use 1.25 of 2 cores (make 1.20, process 4711)';
  expect(loadFinding(load)).toMatchObject({ here: false, needed: false, found });
  expect(loadFinding({ ...load, others: 0.1, busiest: [] })).toMatchObject({ here: true });
});
