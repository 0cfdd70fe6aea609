import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findArchive, type ProvisionedTool, type ProvisionOptions, provisionSpec } from './provision.ts';
import { sha256, tarGz, zip } from './test-archives.ts';
import type { ToolSpec } from './tools.ts';

const everywhere = (file: string) => ({
  'linux-x64': file,
  'linux-arm64': file,
  'darwin-x64': file,
  'darwin-arm64': file,
});

/** Its release is a shell script that prints a version. */
const tiny: ToolSpec = {
  binary: 'tiny-server',
  releases: {
    repository: 'example/tiny',
    archives: (version) => everywhere(`tiny_${version}.tar.gz`),
    checksums: () => 'checksums.txt',
  },
  goPackage: 'example.test/tiny/cmd/server',
  goModule: 'example.test/tiny',
  versionArgs: ['--version'],
  versionEnv: {},
  versionPattern: /version (\d+\.\d+\.\d+)/,
  accepts: (version) => version.startsWith('1.'),
  accepted: '1.x',
  ldflags: () => '',
};

const RELEASE = '/example/tiny/releases/download/v1.4.2';
const ARCHIVE = `${RELEASE}/tiny_1.4.2.tar.gz`;
const CHECKSUMS = `${RELEASE}/checksums.txt`;
const platform = `${process.platform}-${process.arch}`;
const limits = { connectMs: 1_000, idleMs: 400, totalMs: 20_000, bytes: 100_000, redirects: 3 };

type Route = (response: ServerResponse, request: IncomingMessage) => void;
type Site = { base: URL; routes: Record<string, Route>; asked: string[]; close: () => void };

let folder: string;
let cacheDir: string;
let progress: string[];
let github: Site;
let archive: Buffer;
const sites: Site[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-archive-'));
  cacheDir = join(folder, 'cache');
  progress = [];
  github = await site();
  archive = await tarGz({ LICENSE: 'free', 'tiny-server': release('1.4.2') });
  write('mod/go.mod', 'module example.test/tools\ngo 1.21\nrequire example.test/tiny v1.4.2\n');
  pin(archive);
});

afterEach(() => {
  for (const { close } of sites.splice(0)) close();
  rmSync(folder, { recursive: true, force: true });
});

async function site(): Promise<Site> {
  const routes: Record<string, Route> = {};
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url!);
    const route = routes[request.url!];
    if (route) route(response, request);
    else response.writeHead(404).end('no such file');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const made = { base, routes, asked, close };
  sites.push(made);
  return made;
}

const send =
  (body: Buffer | string): Route =>
  (response) =>
    response.writeHead(200, { 'content-length': Buffer.byteLength(body) }).end(body);

const script = (body: string): string => `#!/bin/sh\n${body}\n`;
const release = (version: string): string => script(`echo tiny version ${version}`);

function write(path: string, text: string, mode = 0o644): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
  return file;
}

function pin(data: Buffer, version = '1.4.2'): void {
  write('mod/archives.json', JSON.stringify({ tiny: { [version]: { [platform]: sha256(data) } } }));
}

/** Without Go, unless the PATH has one. */
function provisionTiny(
  options: Partial<ProvisionOptions> = {},
  env: NodeJS.ProcessEnv = {},
  spec = tiny,
): Promise<ProvisionedTool> {
  return provisionSpec('tiny', spec, join(folder, 'mod'), {
    cacheDir,
    onProgress: (line) => void progress.push(line),
    env: { PATH: '', ...env },
    releases: { base: github.base, limits },
    ...options,
  });
}

const inCache = (): string[] => (existsSync(cacheDir) ? readdirSync(join(cacheDir, 'tools')) : []);
const path = (): string => join(cacheDir, 'tools', `tiny-1.4.2-${platform}`, 'tiny-server');

/** It is not had from the archive, says so in these words, and leaves nothing behind. */
async function expectRefused(words: string | RegExp, failing = provisionTiny()): Promise<void> {
  const error = await failing.catch((failure: Error) => failure);
  expect(error).toMatchObject({ code: 'tool-missing' });
  const line = (error as Error).message.split('\n').find((text) => text.startsWith('  release archive: '));
  expect(line).toMatch(words);
  expect(inCache()).toEqual([]);
}

describe('a release archive', () => {
  test('that is what its pin says becomes the program, and the next time it comes from the cache', async () => {
    github.routes[ARCHIVE] = send(archive);
    const tool = await provisionTiny();
    expect(tool).toEqual({ name: 'tiny', path: path(), version: '1.4.2', source: 'release archive' });
    expect(readFileSync(path(), 'utf8')).toBe(release('1.4.2'));
    expect(inCache()).toEqual([`tiny-1.4.2-${platform}`]);
    expect(readdirSync(dirname(path()))).toEqual(['tiny-server']);
    expect(progress).toEqual([`downloading tiny 1.4.2: 0.0 of 0.0 MB from ${github.base}`]);
    expect(github.asked).toEqual([ARCHIVE]);

    expect(await provisionTiny()).toEqual({ ...tool, source: 'cache' });
    expect(github.asked).toEqual([ARCHIVE]);
  });

  test('may be a zip', async () => {
    const zipped = zip({ 'tiny-v1.4.2-macos-arm64/tiny-server': release('1.4.2') });
    pin(zipped);
    github.routes[`${RELEASE}/tiny.zip`] = send(zipped);
    const spec = { ...tiny, releases: { ...tiny.releases!, archives: () => everywhere('tiny.zip') } };
    expect(await provisionTiny({}, {}, spec)).toMatchObject({ path: path(), source: 'release archive' });
  });

  test('with one byte changed is refused', async () => {
    const tampered = Buffer.from(archive);
    tampered[40]! ^= 1;
    github.routes[ARCHIVE] = send(tampered);
    await expectRefused(
      `${github.base.href.slice(0, -1)}${ARCHIVE} is not used: its SHA-256 is ${sha256(tampered)}, the one pinned is ${sha256(archive)}`,
    );
  });

  test('that breaks off before its announced end is refused', async () => {
    github.routes[ARCHIVE] = (response) => {
      response.writeHead(200, { 'content-length': archive.length });
      response.write(archive.subarray(0, 100), () => response.destroy());
    };
    await expectRefused(/: the connection ended early$/);
  });

  test('that breaks off in its chunks is refused', async () => {
    github.routes[ARCHIVE] = (response) => response.write(archive.subarray(0, 100), () => response.destroy());
    await expectRefused(/: the connection ended early$/);
  });

  test('that ends too soon, and nobody told how long it is, is refused by its checksum', async () => {
    github.routes[ARCHIVE] = (response) => {
      response.socket!.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
      response.socket!.end(archive.subarray(0, 100));
    };
    await expectRefused(/its SHA-256 is .*, the one pinned is/);
    expect(progress).toEqual([`downloading tiny 1.4.2: 0.0 MB from ${github.base}`]);
  });

  test('that comes slowly and moves is waited for, with progress', async () => {
    const big = Buffer.concat([archive, Buffer.alloc(60_000)]);
    pin(big);
    github.routes[ARCHIVE] = async (response) => {
      response.writeHead(200, { 'content-length': big.length });
      for (let at = 0; at < big.length; at += 2_500) {
        response.write(big.subarray(at, at + 2_500));
        await sleep(100);
      }
      response.end();
    };
    expect(await provisionTiny()).toMatchObject({ source: 'release archive' });
    expect(progress.length).toBeGreaterThanOrEqual(2);
    expect(progress[0]).toContain(': 0.0 of 0.1 MB');
    expect(progress.at(-1)).not.toBe(progress[0]);
  });

  test.each([
    ['before it answers', () => {}],
    ['in the middle', (response: ServerResponse) => void response.write('some')],
  ])('that stalls %s is given up soon', async (_when, route) => {
    github.routes[ARCHIVE] = route;
    const startedMs = performance.now();
    await expectRefused(/: nothing came for 0\.4 s$/);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('whose host takes connections and never speaks TLS is given up soon', async () => {
    const mute = createTcpServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const base = new URL(`https://127.0.0.1:${(mute.address() as AddressInfo).port}/`);
    const startedMs = performance.now();
    await expectRefused(/: no connection within 1 s$/, provisionTiny({ releases: { base, limits } }));
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    mute.close();
  });

  test('that moves and never ends is given up at last', async () => {
    github.routes[ARCHIVE] = async (response) => {
      while (response.writable) {
        response.write('.');
        await sleep(50);
      }
    };
    const releases = { base: github.base, limits: { ...limits, totalMs: 600 } };
    await expectRefused(/: not done after 0\.01 minutes$/, provisionTiny({ releases }));
  });

  test('that says that it is too large is refused before it comes', async () => {
    github.routes[ARCHIVE] = (response) => response.writeHead(200, { 'content-length': 200_000 }).write('.');
    await expectRefused(/: it is larger than 0\.1 MB$/);
  });

  test('that is too large without a word is refused', async () => {
    github.routes[ARCHIVE] = (response) => response.end(Buffer.alloc(200_000));
    await expectRefused(/: it is larger than 0\.1 MB$/);
  });

  test('is found behind redirects, to another host too', async () => {
    const store = await site();
    store.routes['/store/1?token=2'] = send(archive);
    github.routes[ARCHIVE] = (response) => response.writeHead(302, { location: '/moved' }).end();
    github.routes['/moved'] = (response) =>
      response.writeHead(307, { location: new URL('store/1?token=2', store.base).href }).end();
    expect(await provisionTiny()).toMatchObject({ source: 'release archive' });
    expect(store.asked).toEqual(['/store/1?token=2']);
  });

  test('is not looked for in circles', async () => {
    github.routes[ARCHIVE] = (response) => response.writeHead(302, { location: ARCHIVE }).end();
    await expectRefused(/: too many redirects$/);
    expect(github.asked.length).toBe(limits.redirects + 1);
  });

  test.each([404, 403, 500])('that is answered with %d is refused', async (status) => {
    github.routes[ARCHIVE] = (response) => response.writeHead(status).end('no');
    await expectRefused(new RegExp(`: it answers ${status}$`));
  });

  test('that is no archive is refused, though its checksum is right', async () => {
    const page = Buffer.from('<html>Please log in</html>');
    pin(page);
    github.routes[ARCHIVE] = send(page);
    await expectRefused("tiny_1.4.2.tar.gz can't be unpacked: incorrect header check");
  });

  test('without the program is refused', async () => {
    const other = await tarGz({ 'tiny-client': release('1.4.2') });
    pin(other);
    github.routes[ARCHIVE] = send(other);
    await expectRefused('tiny_1.4.2.tar.gz holds no tiny-server');
  });

  test.each([
    ['is of another version', release('1.4.1'), /the new program will not do: .* is 1\.4\.1, not 1\.4\.2$/],
    ['does not start', '#!/nowhere/sh\n', /the new program will not do: .* failed: ENOENT$/],
  ])('whose program %s is refused', async (_how, program, words) => {
    const other = await tarGz({ 'tiny-server': program });
    pin(other);
    github.routes[ARCHIVE] = send(other);
    await expectRefused(words);
  });

  test('writes nothing but the program, wherever its paths point', async () => {
    const evil = await tarGz({
      '../evil': 'evil',
      '/tmp/../evil': 'evil',
      '../../../../tiny-server': release('1.4.2'),
    });
    pin(evil);
    github.routes[ARCHIVE] = send(evil);
    expect(await provisionTiny()).toMatchObject({ path: path() });
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /evil|tiny-server/.test(name))).toEqual([path().slice(folder.length + 1)]);
  });
});

describe('the checksum', () => {
  const listed = (sum: string): Route => send(`${sum}  tiny_1.4.2.tar.gz\n${'0'.repeat(64)}  other.zip\n`);

  test("is the release's own where none is pinned of this version, and that is said", async () => {
    pin(archive, '1.4.1');
    github.routes[ARCHIVE] = send(archive);
    github.routes[CHECKSUMS] = listed(sha256(archive));
    expect(await provisionTiny()).toMatchObject({ source: 'release archive' });
    expect(progress[0]).toContain("(checked by the release's own checksum, for none is pinned)");
  });

  test("that is the release's own is checked as well", async () => {
    pin(archive, '1.4.1');
    github.routes[ARCHIVE] = send(archive);
    github.routes[CHECKSUMS] = listed('1'.repeat(64));
    await expectRefused(/is not used: its SHA-256 is .*, the release's own is 1{64}$/);
  });

  test('that is nowhere is no reason to do without', async () => {
    pin(archive, '1.4.1');
    github.routes[ARCHIVE] = send(archive);
    await expectRefused(/checksums\.txt: it answers 404$/);
    github.routes[CHECKSUMS] = send('nothing of interest');
    await expectRefused(/checksums\.txt has no checksum of tiny_1\.4\.2\.tar\.gz$/);
    expect(github.asked).not.toContain(ARCHIVE);
  });
});

describe('a mirror', () => {
  let mirror: Site;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    mirror = await site();
    env = { GAUNTLET_MIRROR: `${mirror.base}github` };
    mirror.routes[`/github${ARCHIVE}`] = send(archive);
    mirror.routes[`/github${CHECKSUMS}`] = send('never to be asked');
  });

  test('stands in place of the official address, which is then not asked', async () => {
    expect(await provisionTiny({}, env)).toMatchObject({ source: 'release archive' });
    expect(mirror.asked).toEqual([`/github${ARCHIVE}`]);
    expect(github.asked).toEqual([]);
    expect(progress[0]).toContain(` from ${mirror.base}github/`);
  });

  test('is not trusted for a checksum: one that is not pinned comes from the official address', async () => {
    pin(archive, '1.4.1');
    github.routes[CHECKSUMS] = send(`${sha256(archive)}  tiny_1.4.2.tar.gz\n`);
    expect(await provisionTiny({}, env)).toMatchObject({ source: 'release archive' });
    expect(mirror.asked).toEqual([`/github${ARCHIVE}`]);
    expect(github.asked).toEqual([CHECKSUMS]);
  });

  test('that has something else in its place is refused by the pin', async () => {
    mirror.routes[`/github${ARCHIVE}`] = send(
      await tarGz({ 'tiny-server': script('echo version 1.4.2; evil') }),
    );
    await expectRefused(/is not used: /, provisionTiny({}, env));
  });

  test('that lacks the release is named in the advice', async () => {
    delete mirror.routes[`/github${ARCHIVE}`];
    const error = await provisionTiny({}, env).catch((failure: Error) => failure);
    expect((error as Error).message).toContain(
      "  see that the mirror that GAUNTLET_MIRROR names has tiny's release; or\n",
    );
  });

  test('that is off leaves the archive out', async () => {
    github.routes[ARCHIVE] = send(archive);
    await expectRefused(/: GAUNTLET_MIRROR is off$/, provisionTiny({}, { GAUNTLET_MIRROR: 'off' }));
    expect(github.asked).toEqual([]);
  });

  test('that is no address is a usage error, even with a program on PATH', async () => {
    write('bin/tiny-server', release('1.9.0'), 0o755);
    await expect(
      provisionTiny({}, { PATH: join(folder, 'bin'), GAUNTLET_MIRROR: 'mirror.example' }),
    ).rejects.toMatchObject({ code: 'bad-environment' });
  });
});

test('the proxy that the environment names is used', async () => {
  const proxy = await site();
  const url = `http://releases.invalid${ARCHIVE}`;
  proxy.routes[url] = send(archive);
  const releases = { base: new URL('http://releases.invalid'), limits };
  expect(await provisionTiny({ releases }, { http_proxy: proxy.base.href })).toMatchObject({
    source: 'release archive',
  });
  expect(proxy.asked).toEqual([url]);
});

describe('the order of ways', () => {
  /** A Go that only says that it was asked. */
  beforeEach(
    () => void write('go/go', script(`echo asked > ${join(folder, 'go-was-asked')}; exit 1`), 0o755),
  );
  const goWasAsked = (): boolean => existsSync(join(folder, 'go-was-asked'));
  const withGo = (...folders: string[]): NodeJS.ProcessEnv => ({
    PATH: [...folders, join(folder, 'go')].join(':'),
  });

  test('PATH comes before the archive', async () => {
    github.routes[ARCHIVE] = send(archive);
    write('bin/tiny-server', release('1.9.0'), 0o755);
    expect(await provisionTiny({}, withGo(join(folder, 'bin')))).toMatchObject({ source: 'PATH' });
    expect(github.asked).toEqual([]);
  });

  test('the archive comes before Go', async () => {
    github.routes[ARCHIVE] = send(archive);
    expect(await provisionTiny({}, withGo())).toMatchObject({ source: 'release archive' });
    expect(goWasAsked()).toBe(false);
  });

  test('Go comes after the archive, and when that fails too, all ways and remedies are named', async () => {
    github.close();
    const error = await provisionTiny({}, withGo('/bin')).catch((failure: Error) => failure);
    expect(goWasAsked()).toBe(true);
    expect((error as Error).message.split('\n')).toEqual([
      'tiny 1.x is needed and could not be had. What was tried:',
      '  PATH: no tiny-server there',
      `  cache: nothing at ${path()}`,
      `  release archive: ${github.base.href.slice(0, -1)}${ARCHIVE}: the connection was refused`,
      expect.stringMatching(/^ {2}go build: .*go ended with exit code 1/),
      'Do one of these and run again:',
      `  let this machine reach ${github.base}, or name a mirror of it in GAUNTLET_MIRROR; or`,
      '  install Go 1.21 or newer (https://go.dev/dl), so that tiny can be built here; or',
      '  put tiny-server 1.x on PATH.',
    ]);
    expect(inCache()).toEqual([]);
  });

  test('nothing is downloaded or built for one who only looks', async () => {
    github.routes[ARCHIVE] = send(archive);
    await expect(provisionTiny({ mayMake: false }, withGo())).rejects.toMatchObject({ code: 'tool-missing' });
    expect(github.asked).toEqual([]);
    expect(goWasAsked()).toBe(false);
  });
});

test('two at once both succeed, with one program and nothing left over', async () => {
  github.routes[ARCHIVE] = send(archive);
  const [one, two] = await Promise.all([provisionTiny(), provisionTiny()]);
  expect(one).toEqual(two);
  expect(inCache()).toEqual([`tiny-1.4.2-${platform}`]);
  expect(readdirSync(dirname(path()))).toEqual(['tiny-server']);
});

test('a half-written program in the cache is not used, said aloud, and replaced', async () => {
  github.routes[ARCHIVE] = send(archive);
  mkdirSync(dirname(path()), { recursive: true });
  writeFileSync(path(), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  expect(await provisionTiny()).toMatchObject({ source: 'release archive' });
  expect(progress[0]).toMatch(/^tiny: not using the cache: /);
  expect(readFileSync(path(), 'utf8')).toBe(release('1.4.2'));
});

test('the staging folder of a dead process is removed', async () => {
  github.routes[ARCHIVE] = send(archive);
  const dead = spawnSync('true').pid;
  const staging = `tiny-1.4.2-${platform}.staging-${hostname()}-${dead}-0123abcd`;
  mkdirSync(join(cacheDir, 'tools', staging), { recursive: true });
  await provisionTiny();
  expect(inCache()).toEqual([`tiny-1.4.2-${platform}`]);
});

test('aborted in the middle, it leaves nothing and passes the reason on', async () => {
  const abort = new AbortController();
  github.routes[ARCHIVE] = (response) => {
    response.writeHead(200, { 'content-length': archive.length });
    response.write(archive.subarray(0, 100));
  };
  const onProgress = (line: string): void => {
    progress.push(line);
    expect(inCache().length).toBe(1);
    abort.abort(new Error('Ctrl-C'));
  };
  await expect(provisionTiny({ onProgress, signal: abort.signal })).rejects.toThrow('Ctrl-C');
  expect(progress.length).toBe(1);
  expect(inCache()).toEqual([]);
});

describe('one who only asks', () => {
  const options = (): ProvisionOptions => ({
    cacheDir,
    onProgress: () => {},
    env: {},
    releases: { base: github.base, limits: { ...limits, idleMs: 30_000 } },
  });

  test('is told the address, at the very path of the official releases, and downloads nothing', async () => {
    const found = await findArchive('toxiproxy', options());
    expect(found).toEqual({ why: expect.stringMatching(/: it answers 404$/) });
    const [asked] = github.asked;
    expect(asked).toMatch(
      /^\/Shopify\/toxiproxy\/releases\/download\/v2\.\d+\.\d+\/toxiproxy_2\.\d+\.\d+_\w+\.tar\.gz$/,
    );
    let cutShort = false;
    github.routes[asked!] = (response) => {
      response.on('close', () => {
        cutShort = !response.writableFinished;
      });
      response.writeHead(200, { 'content-length': 50_000_000 }).write(Buffer.alloc(1_000));
    };
    expect(await findArchive('toxiproxy', options())).toEqual({ url: new URL(asked!, github.base).href });
    await expect.poll(() => cutShort).toBe(true);
    expect(inCache()).toEqual([]);
  });

  test('is told why there is none', async () => {
    github.close();
    expect(await findArchive('k6', options())).toEqual({
      why: expect.stringMatching(/k6-v2\.[\w.-]+: the connection was refused$/),
    });
  });
});
