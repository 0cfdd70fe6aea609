// Plays a tape of inference requests.
import http, { type RefinedResponse } from 'k6/http';
import type { LoadRequest } from '../harness/contract/load.ts';
import { type InferAnswer, judgeAnswer, NO_ANSWER } from './answers.ts';
import { playRequests, requests, settings, tapeOptions } from './tape.ts';

export { setup } from './tape.ts';
export const options = tapeOptions;

export default function play({ t0 }: { t0: number }): Promise<void> {
  return playRequests(t0, { read, send, judge });
}

function read(position: number): LoadRequest {
  return JSON.parse(requests[position]!) as LoadRequest;
}

const { targetUrl, clientTimeoutMs: timeout } = settings;
const asked = { headers: { 'Content-Type': 'application/json' }, timeout };

function send({ body }: LoadRequest): Promise<RefinedResponse<'text'>> {
  return http.asyncRequest('POST', targetUrl, body, asked);
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
