import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countBuildLog } from './go-build.ts';
import { parseGoMod } from './go-mod.ts';
import { type ToolSpec, tools } from './tools.ts';

const goMod = parseGoMod(readFileSync(join(import.meta.dirname, '../../../tools/go.mod'), 'utf8'));

describe.each(Object.entries<ToolSpec>(tools))('%s', (_name, spec) => {
  test('is pinned in tools/go.mod at a version that would also do on PATH', () => {
    expect(spec.accepts(goMod.required.get(spec.goModule) ?? 'not required')).toBe(true);
  });

  test('is built from a package of the pinned module', () => {
    expect(`${spec.goPackage}/`.startsWith(`${spec.goModule}/`)).toBe(true);
  });
});

test.each([
  ['k6', 'k6 v2.2.0 (go1.26.8, linux/amd64)', '2.2.0', true],
  ['k6', 'k6 v1.5.0 (commit/7961cefa12, go1.25.5, linux/amd64)', '1.5.0', false],
  ['k6', 'k6 v2.0.0-rc1 (go1.25.5, darwin/arm64)', '2.0.0-rc1', true],
  ['toxiproxy', 'toxiproxy-server version 2.12.0', '2.12.0', true],
  ['toxiproxy', 'toxiproxy-server version 2.9.0', '2.9.0', false],
  ['toxiproxy', 'toxiproxy-server version git', undefined, false],
  ['nats-server', 'nats-server: v2.14.5', '2.14.5', true],
  ['nats-server', 'nats-server: v2.9.25', '2.9.25', false],
] as const)('%s that prints "%s" is version %s, accepted: %s', (tool, output, version, accepted) => {
  const found = tools[tool].versionPattern.exec(output)?.[1];
  expect(found).toBe(version);
  expect(found !== undefined && tools[tool].accepts(found)).toBe(accepted);
});

test('a go.mod is read for its go line and its require lines alone', () => {
  const text = [
    'module example.test/tools // with a word',
    'go 1.25.0',
    'require example.test/single v1.0.0',
    'require (',
    '\texample.test/one v1.2.3 // indirect',
    '\texample.test/two v0.0.0-20250101000000-abcdef',
    ')',
    'exclude (',
    '\texample.test/one v9.9.9',
    ')',
    'replace example.test/two v0.0.1 => ../two',
  ].join('\n');
  expect(parseGoMod(text)).toEqual({
    goVersion: '1.25.0',
    required: new Map([
      ['example.test/single', '1.0.0'],
      ['example.test/one', '1.2.3'],
      ['example.test/two', '0.0.0-20250101000000-abcdef'],
    ]),
  });
});

test('the log of a build is counted in modules and packages, other lines left out', () => {
  const log =
    'go: downloading go.k6.io/k6/v2 v2.2.0\ngo.k6.io/k6/v2/lib\nnet/http\n# go.k6.io/k6/v2\nx.go:1:2: oh\n';
  expect(countBuildLog(log)).toEqual(['1 modules fetched', '2 packages']);
  expect(countBuildLog('')).toEqual([]);
});
