import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeMember } from './new.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** The repository's own files, with the packages of this one. */
function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'gauntlet-new-'));
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: repository, encoding: 'utf8' }).split('\0');
  for (const file of files.filter((name) => name !== '' && existsSync(join(repository, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(repository, file), join(copy, file));
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Runs a command there as its developer would. */
function inCopy(copy: string, command: string, ...args: string[]): { code: number | null; output: string } {
  // The tests inside are no workers of the tests outside.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const path = `${copy}/node_modules/.bin:${process.env['PATH']}`;
  const options = { cwd: copy, env: { ...env, PATH: path, NO_COLOR: '1' }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  return { code: status, output: `${stdout}${stderr}` };
}

const gauntlet = (copy: string, ...args: string[]) =>
  inCopy(copy, 'node', '--no-concurrent-recompilation', 'harness/cli/gauntlet.js', ...args);

describe('a repository with a new member of each kind', () => {
  let copy: string;
  beforeAll(() => {
    copy = copyRepository();
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test.each([
    ['fault', 'slow-close', ['chaos/slow-close.ts'], 'chaos/index.ts'],
    [
      'pattern',
      'give-up',
      ['give-up.ts', 'options.ts', 'README.md', 'give-up.test.ts'].map(
        (file) => `sut/patterns/give-up/${file}`,
      ),
      'sut/patterns/index.ts',
    ],
    ['reporter', 'csv', ['reports/reporters/csv.ts', 'reports/reporters/csv.test.ts'], 'reports/index.ts'],
    ['experiment', 'peak-100', ['experiments/peak-100.ts'], 'experiments/index.ts'],
  ])('says what it made for the %s %s, and what is next', (kind, name, made, changed) => {
    const { code, output } = gauntlet(copy, 'new', kind, name);
    expect(code, output).toBe(0);
    const lines = output.split('\n');
    expect(lines.filter((line) => line.startsWith('made '))).toEqual(made.map((path) => `made     ${path}`));
    expect(lines).toContain(`changed  ${changed}`);
    expect(output).toMatch(/^It works as it is: .*^next: make it yours in .*^ {2}npm run test:unit -- /ms);
    for (const path of made) expect(existsSync(join(copy, path)), path).toBe(true);
  });

  test('passes every static check', () => {
    const { code, output } = inCopy(copy, 'npm', 'run', 'check');
    expect(code, output).toBe(0);
  });

  test('passes the tests that run over all members, and those of the new ones', () => {
    const members = [
      ...['chaos', 'sut/patterns', 'sut/topology', 'reports/index', 'reports/reporters/csv', 'harness/plan'],
      ...['harness/effects/toxics', 'harness/cli/check-experiment', 'harness/cli/objectives'],
    ];
    const { code, output } = inCopy(copy, 'vitest', 'run', '--project', 'unit', ...members);
    expect(code, output).toBe(0);
    for (const file of ['sut/patterns/give-up/give-up.test.ts', 'reports/reporters/csv.test.ts'])
      expect(output).toContain(file);
  });

  test('lists them, and plans the new experiment', () => {
    const { output } = gauntlet(copy, 'list');
    for (const name of ['slow-close', 'give-up', 'peak-100'])
      expect(output).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const verb of ['loadtest', 'chaos']) {
      const planned = gauntlet(copy, verb, 'peak-100', '--dry-run');
      expect(planned.code, planned.output).toBe(0);
      expect(planned.output).toContain('peak-100: Does a circuit breaker');
    }
  });

  test('keeps the console the last of the reporters', () => {
    expect(readFileSync(join(copy, 'reports/index.ts'), 'utf8')).toMatch(/csv,\s+console,?\s+\}/);
  });

  test.each([
    [
      'what is there already',
      ['fault', 'slow-close'],
      "The fault 'slow-close' is there already; taken are: none, ",
    ],
    ['a second name for the same identifier', ['experiment', 'peak1-00'], "in code it would be 'peak100'"],
    ['a file that is no member', ['fault', 'evidence'], 'chaos/evidence.ts is there already'],
    ['the file of the map', ['experiment', 'index'], 'experiments/index.ts is there already'],
    ['the name of the map', ['pattern', 'patterns'], "it would be 'patterns', which means something else"],
    [
      'a name that the template needs',
      ['fault', 'need-link'],
      "it would be 'needLink', which means something else",
    ],
    ['a reserved word', ['pattern', 'switch'], "it would be 'switch', which JavaScript has for itself"],
    ['a bad name', ['reporter', 'CSV'], "'CSV' can't name a new reporter"],
    ['a path', ['experiment', '../peak'], "'../peak' can't name a new experiment"],
    [
      'an unknown kind',
      ['scenario', 'peak'],
      "Unknown kind 'scenario'; known: pattern, fault, reporter, experiment.",
    ],
  ] as const)('refuses %s with a sentence, and changes nothing', async (_, [kind, name], words) => {
    const before = stateOf(copy);
    const error: unknown = await makeMember(copy, kind, name).catch((reason) => reason);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(not-made|unknown-name)$/),
      message: expect.stringContaining(words),
    });
    expect((error as Error).message.split('\n')).toHaveLength(1);
    expect(stateOf(copy)).toEqual(before);
  });

  test.each([
    ['a bad name', ['fault', 'Slow'], "'Slow' can't name a new fault: "],
    [
      'no name',
      ['fault'],
      "Missing required argument 'name'. Right would be: npm run new -- fault slow-close",
    ],
    ['two names', ['fault', 'a', 'b'], 'Too many arguments'],
  ])('exits 64 for %s', (_, args, words) => {
    const { code, output } = gauntlet(copy, 'new', ...args);
    expect(code, output).toBe(64);
    expect(output).toContain(words);
  });
});

describe('all or nothing', () => {
  const form =
    "import { a } from './a.ts';\nexport const faults = { a } as const satisfies Record<string, Fault>;\n";

  function rootWith(map: string): string {
    const root = mkdtempSync(join(tmpdir(), 'gauntlet-new-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    mkdirSync(join(root, 'chaos'));
    writeFileSync(join(root, 'chaos/index.ts'), map);
    return root;
  }

  test.each([
    ['a map in another form', form.replace('as const satisfies', 'as'), 'chaos/index.ts has not the form'],
    ['no biome to format with', form, 'There is no biome in '],
  ])('with %s nothing is made', async (_, map, words) => {
    const root = rootWith(map);
    await expect(makeMember(root, 'fault', 'slow-close')).rejects.toThrow(words);
    expect(readdirSync(root, { recursive: true })).toEqual(['chaos', join('chaos', 'index.ts')]);
    expect(readFileSync(join(root, 'chaos/index.ts'), 'utf8')).toBe(map);
  });
});

/** All files of the folders that members go into, with their texts. */
function stateOf(root: string): string {
  return execFileSync('tar', ['c', '--sort=name', 'chaos', 'sut/patterns', 'reports', 'experiments'], {
    cwd: root,
    encoding: 'latin1',
    maxBuffer: 2 ** 26,
  });
}
