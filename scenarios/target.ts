// Plays a tape against a server that is somebody's own: bodies as they were made beforehand, and one JSON pointer to
// what has to be right in an answer.
import encoding from 'k6/encoding';
import http, { type RefinedResponse } from 'k6/http';
import type { TargetRequest } from '../harness/contract/load.ts';
import { NO_ANSWER } from './answers.ts';
import { readBinaryAnswer } from './binary.ts';
import { at, isSame } from './expected.ts';
import { playRequests, requests, settings, tapeOptions } from './tape.ts';

export { setup } from './tape.ts';

/** As k6 spells it, whatever the server does. */
const HEADER_LENGTH = 'Inference-Header-Content-Length';

const target = settings.target!;
// To its proxy, by the name that it is known by: what it is asked for, and its certificate, stay as they are.
export const options = { ...tapeOptions, hosts: target.hosts };

const headers: Record<string, string> = { 'Content-Type': 'application/json', ...target.headers };
for (const [name, { variable, prefix }] of Object.entries(target.secrets))
  headers[name] = `${prefix}${__ENV[variable]}`;

export default function play({ t0 }: { t0: number }): Promise<void> {
  return playRequests(t0, { read, send, judge });
}

/** A request with its body as it goes over the wire. */
interface ReadRequest {
  body: string | ArrayBuffer;
  headers: Record<string, string>;
  expected?: unknown;
}

function read(position: number): ReadRequest {
  const { body, headerLength, expected } = JSON.parse(requests[position]!) as TargetRequest;
  if (headerLength === undefined) return { body, headers, expected };
  const form = { 'Content-Type': 'application/octet-stream', [HEADER_LENGTH]: String(headerLength) };
  return { body: encoding.b64decode(body), headers: { ...headers, ...form }, expected };
}

function send({ body, headers }: ReadRequest): Promise<RefinedResponse<'binary'>> {
  return http.asyncRequest('POST', settings.targetUrl, body, {
    headers,
    responseType: 'binary',
    timeout: settings.clientTimeoutMs,
    // It would lead past the proxy, and to whichever host it names.
    redirects: 0,
  });
}

function judge(response: RefinedResponse<'binary'>, { expected }: ReadRequest) {
  if (response.status !== 200) return NO_ANSWER;
  try {
    const length = response.headers[HEADER_LENGTH];
    const whole = length === undefined ? response.json() : readBinaryAnswer(response.body, Number(length));
    const answer = at(whole, target.answer);
    const right = expected === undefined ? answer !== undefined : isSame(answer, expected, target.tolerance);
    const { model_version: version, parameters } = (whole ?? {}) as Declared;
    return {
      // Most servers declare no path, and have no other.
      servedBy: parameters?.served_by ?? 'primary',
      reason: parameters?.fallback_reason ?? '',
      version: version ?? '',
      faithful: right,
      right,
    };
  } catch {
    // An answer that can't be read is an answer, and a wrong one.
    return NO_ANSWER;
  }
}

/** What an answer of the Open Inference Protocol may say of itself. */
interface Declared {
  model_version?: string;
  parameters?: { served_by?: string; fallback_reason?: string };
}
