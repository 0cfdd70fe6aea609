import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { ModelVersion } from './models/catalog.ts';
import { inferAll, openModel } from './models/onnx.ts';
import { makePlainPool } from './models/pool.ts';
import {
  BINARY_TYPE,
  BYTES,
  binaryBody,
  floatsOf,
  HEADER_LENGTH,
  readBinary,
  type WithBytes,
} from './protocol/binary.ts';
import { FEATURES, INPUT_NAME, type InferResponse, OUTPUT_NAME } from './protocol/infer.ts';

// What the tests of the services share: pictures with their golden answers, bad requests, services as children.

export const INFER_PATH = '/v2/models/digits/infer';

const pool = makePlainPool({ seed: 1, size: 300 });

/** The first pictures of the pool as a request; nested gives each row a list of its own. */
export function pictures(rows: number, nested = false): string {
  const flat = Array.from(pool.pixels.subarray(0, rows * FEATURES));
  const data = nested
    ? Array.from({ length: rows }, (_, row) => flat.slice(row * FEATURES, (row + 1) * FEATURES))
    : flat;
  return requestWith({ shape: [rows, FEATURES], data });
}

/** The answer of a version to the same pictures, from its ONNX file. */
export async function goldenOf(version: ModelVersion, rows: number): Promise<Float32Array> {
  const session = await openModel(version);
  const answers = await inferAll(session, pool.pixels.subarray(0, rows * FEATURES));
  await session.release();
  return answers;
}

function requestWith(input: object): string {
  const data = Array.from(pool.pixels.subarray(0, FEATURES));
  const whole = { name: INPUT_NAME, shape: [1, FEATURES], datatype: 'FP32', data, ...input };
  return JSON.stringify({ inputs: [whole] });
}

const zeros = new Array(FEATURES).fill(0);
const { inputs: one } = JSON.parse(pictures(1)) as { inputs: object[] };

/** What is wrong, the body, and words of the answer that say where. */
export const BAD_REQUESTS: [title: string, body: string, words: string][] = [
  ['no body', '', 'Body cannot be empty'],
  ['a body that is not JSON', '{"inputs":', 'JSON'],
  ['null', 'null', 'must be object'],
  ['a list', '[]', 'must be object'],
  ['no inputs', '{}', "required property 'inputs'"],
  ['a negative timeout', pictures(1).replace('{', '{"parameters":{"timeout":-1},'), 'timeout must be >= 0'],
  [
    'a priority in words',
    pictures(1).replace('{', '{"parameters":{"priority":"high"},'),
    'priority must be integer',
  ],
  ['an empty list of inputs', '{"inputs":[]}', 'inputs must NOT have fewer than 1 items'],
  ['two inputs', JSON.stringify({ inputs: [...one, ...one] }), 'inputs must NOT have more than 1 items'],
  [
    'an input without data',
    JSON.stringify({ inputs: [{ ...one[0], data: undefined }] }),
    "required property 'data'",
  ],
  ['another input', requestWith({ name: 'image' }), "unknown input 'image'"],
  ['another type', requestWith({ datatype: 'INT64' }), 'must be FP32'],
  ['another shape', requestWith({ shape: [1, 8, 8] }), 'shape of'],
  ['a string in the shape', requestWith({ shape: ['1', FEATURES] }), 'body/inputs/0/shape/0 must be integer'],
  ['a negative dimension', requestWith({ shape: [-1, FEATURES] }), 'body/inputs/0/shape/0 must be >= 0'],
  ['half a row', requestWith({ shape: [0.5, FEATURES] }), 'body/inputs/0/shape/0 must be integer'],
  ['no rows', requestWith({ shape: [0, FEATURES], data: [] }), '1 to 256 rows'],
  ['too many rows', requestWith({ shape: [257, FEATURES], data: [] }), '1 to 256 rows'],
  ['too few values', requestWith({ data: zeros.slice(1) }), 'has 63 values'],
  ['too many values', requestWith({ data: [...zeros, 0] }), 'has 65 values'],
  ['data that is no list', requestWith({ data: 'AAAA' }), 'body/inputs/0/data must be array'],
  ['a number as text', requestWith({ data: ['1', ...zeros.slice(1)] }), 'value 0 of'],
  ['null as a number', requestWith({ data: [...zeros.slice(1), null] }), 'value 63 of'],
  ['1e999', requestWith({ data: zeros }).replace('[0,', '[1e999,'), 'value 0 of'],
  ['NaN', requestWith({ data: zeros }).replace('[0,', '[NaN,'), 'JSON'],
];

const onePicture = new Float32Array(FEATURES);
function binaryWith(input: object, data = onePicture, header: Record<string, string> = {}) {
  const parameters = { binary_data_size: data.byteLength };
  const whole = { name: INPUT_NAME, shape: [1, FEATURES], datatype: 'FP32', parameters, ...input };
  const { headers, body } = binaryBody({ inputs: [whole] }, data);
  return { headers: { ...headers, ...header }, body };
}

/** The same for requests whose tensor comes as bytes. */
export const BAD_BINARY_REQUESTS: [title: string, request: ReturnType<typeof binaryWith>, words: string][] = [
  [
    'no length of its JSON',
    { headers: { 'content-type': BINARY_TYPE }, body: binaryWith({}).body },
    'missing',
  ],
  ['a length in words', binaryWith({}, onePicture, { [HEADER_LENGTH]: 'all' }), "is 'all'"],
  ['a length beyond its end', binaryWith({}, onePicture, { [HEADER_LENGTH]: '9999' }), "is '9999'"],
  [
    'a length that cuts its JSON',
    binaryWith({}, onePicture, { [HEADER_LENGTH]: '20' }),
    "JSON can't be read",
  ],
  ['fewer bytes than it says', binaryWith({ parameters: { binary_data_size: 260 } }), '256 bytes are there'],
  ['more bytes than it says', binaryWith({ parameters: { binary_data_size: 252 } }), '4 bytes of the body'],
  ['a size in words', binaryWith({ parameters: { binary_data_size: 'all' } }), 'binary_data_size is "all"'],
  ['bytes for another shape', binaryWith({ shape: [2, FEATURES] }), 'has 256 bytes; shape [2,64] needs 512'],
  ['data besides', binaryWith({ data: [1] }), 'both data and binary_data_size'],
  ['NaN', binaryWith({}, new Float32Array(FEATURES).fill(Number.NaN)), 'value 0 of'],
];

export interface Reply {
  status: number;
  body: InferResponse & { error?: string };
}

export async function post(url: string, body: string): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, body: (await response.json()) as Reply['body'] };
}

/** Asks with the first pictures as bytes, and for the answer as bytes. */
export async function postBinary(url: string, rows: number) {
  const data = Float32Array.from(pool.pixels.subarray(0, rows * FEATURES));
  const parameters = { binary_data_size: data.byteLength };
  const input = { name: INPUT_NAME, shape: [rows, FEATURES], datatype: 'FP32', parameters };
  const outputs = [{ name: OUTPUT_NAME, parameters: { binary_data: true } }];
  const { headers, body } = binaryBody({ id: 'b-1', inputs: [input], outputs }, data);
  const answer = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) });
  const length = answer.headers.get(HEADER_LENGTH) ?? undefined;
  const response = readBinary(length, new Uint8Array(await answer.arrayBuffer()), 'outputs') as InferResponse;
  const bytes = (response.outputs[0] as WithBytes)[BYTES]!;
  return { status: answer.status, response, probabilities: floatsOf(bytes) };
}

/** Sum over all labels of a metric that a service publishes; undefined where it does not. */
export async function metricOf(address: string, name: string): Promise<number | undefined> {
  const lines = (await (await fetch(`${address}/metrics`)).text()).split('\n');
  const own = lines.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  if (own.length === 0) return undefined;
  return own.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

export function listen(app: FastifyInstance): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** Stands in for a model server; `answer` gets to end the requests, whenever it likes. */
export async function fakeServer(answer: Parameters<typeof createServer>[1]): Promise<{
  server: Server;
  address: string;
}> {
  const server = createServer({}, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export interface ServiceChild {
  process: ChildProcess;
  /** Where it listens; rejects when it ends before. */
  address: Promise<string>;
  /** Settles when it has ended. */
  ended: Promise<{ code: number | null; stderr: string }>;
}

/** Services of a test as processes, each on a port that is free; `end` ends all that were started. */
export function serviceProcesses() {
  const started: ServiceChild[] = [];
  return {
    start(service: 'gateway' | 'model-server', config: object): Promise<string> {
      const common = { service, host: '127.0.0.1', port: 0, logLevel: 'info' };
      const child = startMain(service, JSON.stringify({ ...common, ...config }));
      started.push(child);
      return child.address;
    },
    async end(): Promise<void> {
      for (const child of started.splice(0)) {
        child.process.kill('SIGKILL');
        await child.ended;
      }
    },
  };
}

/** Starts a service's main.ts with a configuration file of this text. */
export function startMain(
  service: 'gateway' | 'model-server',
  config: string,
  env: NodeJS.ProcessEnv = {},
): ServiceChild {
  const folder = mkdtempSync(join(tmpdir(), 'gauntlet-main-'));
  const file = join(folder, 'config.json');
  writeFileSync(file, config);
  const main = fileURLToPath(new URL(`./${service}/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main, '--config', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => {
    rmSync(folder, { recursive: true, force: true });
    return { code: code as number | null, stderr };
  });
  const address = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      const found = /Server listening at (http:\/\/[\d.:]+)/.exec(stdout);
      if (found) resolve(found[1]!);
    });
    void ended.then(() => reject(new Error(`${service} ended before it listened: ${stdout}${stderr}`)));
  });
  // Who only waits for the end need not look at the address.
  address.catch(() => {});
  return { process: child, address, ended };
}
