// Plays a tape against a server that is somebody's own: bodies as they were made beforehand, and one JSON pointer to
// what has to be right in an answer.
import http, { type RefinedResponse } from 'k6/http';
import type { TargetRequest } from '../harness/contract/load.ts';
import { NO_ANSWER } from './answers.ts';
import { at, isSame } from './expected.ts';
import { playEntry, settings, tapeOptions } from './tape.ts';

export { setup } from './tape.ts';

const target = settings.target!;
// To its proxy, by the name that it is known by: what it is asked for, and its certificate, stay as they are.
export const options = { ...tapeOptions, hosts: target.hosts };

const headers: Record<string, string> = { 'Content-Type': 'application/json', ...target.headers };
for (const [name, { variable, prefix }] of Object.entries(target.secrets))
  headers[name] = `${prefix}${__ENV[variable]}`;

export default function play({ t0 }: { t0: number }): void {
  playEntry<TargetRequest, 'text'>(t0, send, judge);
}

function send({ body }: TargetRequest): RefinedResponse<'text'> {
  return http.post(settings.targetUrl, body, {
    headers,
    timeout: settings.clientTimeoutMs,
    // It would lead past the proxy, and to whichever host it names.
    redirects: 0,
  });
}

function judge(response: RefinedResponse<'text'>, { expected }: TargetRequest) {
  if (response.status !== 200) return NO_ANSWER;
  try {
    const whole = response.json();
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
