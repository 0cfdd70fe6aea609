// Plays a tape of inference requests: iteration i sleeps until its planned instant and sends.
import http, { type RefinedResponse } from 'k6/http';
import type { LoadRequest } from '../harness/contract/load.ts';
import { type InferAnswer, judgeAnswer, NO_ANSWER } from './answers.ts';
import { playEntry, settings, tapeOptions } from './tape.ts';

export { setup } from './tape.ts';
export const options = tapeOptions;

export default function play({ t0 }: { t0: number }): void {
  playEntry(t0, { read, send, judge });
}

function read(text: string): LoadRequest {
  return JSON.parse(text) as LoadRequest;
}

function send({ body }: LoadRequest): RefinedResponse<'text'> {
  return http.post(settings.targetUrl, body, {
    headers: { 'Content-Type': 'application/json' },
    timeout: settings.clientTimeoutMs,
  });
}

function judge(response: RefinedResponse<'text'>, request: LoadRequest) {
  if (response.status !== 200) return NO_ANSWER;
  try {
    return judgeAnswer(response.json() as unknown as InferAnswer, request, settings.tolerance);
  } catch {
    // An answer that can't be read is an answer, and a wrong one.
    return NO_ANSWER;
  }
}
