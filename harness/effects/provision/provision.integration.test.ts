import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProvisionedTool, provisionSpec } from './provision.ts';
import type { ToolSpec } from './tools.ts';

/** A program of five lines, whose version only the linker can tell it, as with Toxiproxy. */
const tiny: ToolSpec = {
  binary: 'tiny-server',
  goPackage: 'example.test/tiny/cmd/server',
  goModule: 'example.test/tiny',
  versionArgs: ['--version'],
  versionEnv: {},
  versionPattern: /version (\d+\.\d+\.\d+)/,
  accepts: (version) => version.startsWith('1.'),
  accepted: '1.x',
  ldflags: (version) => `-X main.version=${version}`,
};

let folder: string;
let cacheDir: string;
let finalFolder: string;
let progress: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-provision-'));
  cacheDir = join(folder, 'cache');
  finalFolder = join(cacheDir, 'tools', `tiny-1.4.2-${process.platform}-${process.arch}`);
  progress = [];
  write(
    'mod/go.mod',
    'module example.test/tools\ngo 1.21\nrequire example.test/tiny v1.4.2\nreplace example.test/tiny => ./tiny\n',
  );
  write('mod/tiny/go.mod', 'module example.test/tiny\ngo 1.21\n');
  write(
    'mod/tiny/cmd/server/main.go',
    'package main\n\nvar version = "git"\n\nfunc main() { println("tiny version " + version) }\n',
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string, mode = 0o644): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

const script = (path: string, body: string): string => write(path, `#!/bin/sh\n${body}\n`, 0o755);

/** A PATH of the given folders and Go's, and Go kept off the network. */
function envWith(folders: readonly string[], withGo = true): NodeJS.ProcessEnv {
  const path = withGo ? [...folders, dirname(goProgram)] : folders;
  return { ...process.env, PATH: path.join(':'), GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '' };
}

function provisionTiny(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<ProvisionedTool> {
  const onProgress = (line: string): void => void progress.push(line);
  return provisionSpec('tiny', tiny, join(folder, 'mod'), { cacheDir, onProgress, env, signal });
}

const goProgram = spawnSync('sh', ['-c', 'command -v go'], { encoding: 'utf8' }).stdout.trim();
const inCache = (): string[] => (existsSync(dirname(finalFolder)) ? readdirSync(dirname(finalFolder)) : []);
const finalName = (): string => `tiny-1.4.2-${process.platform}-${process.arch}`;

describe.skipIf(goProgram === '')('with Go', { timeout: 60_000 }, () => {
  test('a tool is built once, and the next time it comes from the cache', async () => {
    const built = await provisionTiny(envWith([]));
    const path = join(finalFolder, 'tiny-server');
    expect(built).toEqual({ name: 'tiny', path, version: '1.4.2', source: 'go build' });
    expect(progress[0]).toBe('building tiny 1.4.2 with Go, once, a minute or two: 0 s');
    expect(readdirSync(finalFolder)).toEqual(['tiny-server']);

    progress = [];
    expect(await provisionTiny(envWith([], false))).toEqual({ ...built, source: 'cache' });
    expect(progress).toEqual([]);
  });

  test('two at once both succeed, with one program and nothing left over', async () => {
    const [one, two] = await Promise.all([provisionTiny(envWith([])), provisionTiny(envWith([]))]);
    expect(one).toEqual(two);
    expect(spawnSync(one.path, { encoding: 'utf8' }).stderr).toBe('tiny version 1.4.2\n');
    expect(inCache()).toEqual([finalName()]);
    expect(readdirSync(finalFolder)).toEqual(['tiny-server']);
  });

  test('a broken program in the cache is not used, said aloud, and replaced', async () => {
    const { path } = await provisionTiny(envWith([]));
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, 5_000));
    progress = [];
    expect(await provisionTiny(envWith([]))).toMatchObject({ path, source: 'go build' });
    expect(progress[0]).toMatch(/^tiny: not using the cache: .*tiny-server --version` failed/);
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  test('a program of another version in the cache is replaced, too', async () => {
    mkdirSync(finalFolder, { recursive: true });
    const path = join(finalFolder, 'tiny-server');
    writeFileSync(path, '#!/bin/sh\necho version 1.4.1\n', { mode: 0o755 });
    expect(await provisionTiny(envWith([]))).toMatchObject({ version: '1.4.2', source: 'go build' });
  });

  test('the staging folder of a dead process is removed, that of a living one or of another host is left', async () => {
    const dead = spawnSync('true').pid;
    const living = `${finalName()}.staging-${hostname()}-${process.pid}-0123abcd`;
    const foreign = `${finalName()}.staging-elsewhere-${dead}-0123abcd`;
    for (const name of [`${finalName()}.staging-${hostname()}-${dead}-0123abcd`, living, foreign]) {
      mkdirSync(join(dirname(finalFolder), name), { recursive: true });
      writeFileSync(join(dirname(finalFolder), name, 'tiny-server'), 'half');
    }
    expect(await provisionTiny(envWith([]))).toMatchObject({ source: 'go build' });
    expect(inCache().sort()).toEqual([finalName(), living, foreign].sort());
  });

  test('a program on PATH of an accepted version comes first', async () => {
    const path = script('bin/tiny-server', 'echo tiny version 1.9.0');
    const tool = await provisionTiny(envWith([join(folder, 'bin')]));
    expect(tool).toEqual({ name: 'tiny', path, version: '1.9.0', source: 'PATH' });
  });

  test('a program on PATH of a wrong version is passed over, and that is said', async () => {
    const old = script('old/tiny-server', 'echo tiny version 0.9.0');
    const mute = script('mute/tiny-server', 'echo hello');
    const tool = await provisionTiny(envWith([join(folder, 'old'), join(folder, 'mute')]));
    expect(tool.source).toBe('go build');
    expect(progress.slice(0, 2)).toEqual([
      `tiny: passing over the one on PATH: ${old} is 0.9.0, not 1.x`,
      `tiny: passing over the one on PATH: \`${mute} --version\` names no version`,
    ]);
  });

  test('a build that fails is explained in the words of Go, and leaves nothing behind', async () => {
    write('mod/tiny/cmd/server/main.go', 'package main\n\nfunc main() { nonsense() }\n');
    const error = await provisionTiny(envWith([])).catch((failure: Error) => failure);
    expect(error).toMatchObject({ code: 'tool-missing' });
    expect((error as Error).message).toMatch(/go build: .*exit code 1: .*undefined: nonsense/);
    expect(inCache()).toEqual([]);
  });
});

test('without Go and with nothing on PATH, the error names all ways tried and what to do', async () => {
  const error = await provisionTiny(envWith([], false)).catch((failure: Error) => failure);
  expect(error).toMatchObject({ code: 'tool-missing' });
  expect((error as Error).message.split('\n')).toEqual([
    'tiny 1.x is needed and could not be had. What was tried:',
    '  PATH: no tiny-server there',
    `  cache: nothing at ${join(finalFolder, 'tiny-server')}`,
    '  go build: no go on PATH',
    'Do one of these and run again:',
    '  install Go 1.21 or newer (https://go.dev/dl), so that tiny can be built here; or',
    '  put tiny-server 1.x on PATH.',
  ]);
});

test('aborted, the whole build is ended, nothing is left and the reason is passed on', async () => {
  // Stands in for a Go that is in the middle of its work, with a compiler below it.
  script('fake/go', `sh -c 'echo $$ > ${join(folder, 'compiler.pid')}; exec sleep 60' &\nwait`);
  const abort = new AbortController();
  const provisioning = provisionTiny(
    envWith([join(folder, 'fake'), '/usr/bin', '/bin'], false),
    abort.signal,
  );
  const settled = expect(provisioning).rejects.toThrow('Ctrl-C');
  while (!existsSync(join(folder, 'compiler.pid'))) await sleep(20);
  abort.abort(new Error('Ctrl-C'));
  await settled;
  const compiler = readFileSync(join(folder, 'compiler.pid'), 'utf8').trim();
  expect(spawnSync('sh', ['-c', `ps -o stat= -p ${compiler} | grep -v Z`], { encoding: 'utf8' }).stdout).toBe(
    '',
  );
  expect(inCache()).toEqual([]);
});

test('a module that go.mod does not pin is a mistake of ours', async () => {
  write('mod/go.mod', 'module example.test/tools\ngo 1.21\n');
  await expect(provisionTiny(envWith([], false))).rejects.toMatchObject({ code: 'internal' });
});
