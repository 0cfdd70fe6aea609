import type { Registry } from 'prom-client';
import { Pool } from 'undici';
import { CALL_OUTCOMES, type CallOutcome } from '#contract/names.ts';
import type { Predict, Question } from '../patterns/room.ts';
import {
  BYTES,
  binaryBody,
  floatsOf,
  HEADER_LENGTH,
  readBinary,
  type WithBytes,
} from '../protocol/binary.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { FEATURES, INPUT_NAME, type InferResponse } from '../protocol/infer.ts';
import { upstreamMetrics } from '../telemetry/metrics.ts';
import { exchange } from './exchange.ts';

export interface Upstream {
  /** Asks this version. */
  predict(version: string, ...call: Parameters<Predict>): ReturnType<Predict>;
  close(): Promise<void>;
}

/**
 * The model server as the bare system calls it: a fixed pool of connections, no timeout, and no abort when the client
 * has gone. Whatever bounds a call is a pattern's and comes as a signal.
 */
export function createUpstream(
  options: { address: string; connections: number; model: string },
  registry: Registry,
): Upstream {
  const pool = new Pool(options.address, {
    connections: options.connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const metrics = upstreamMetrics(registry);
  // Finding a series by its label costs more than counting in it.
  const series = new Map(
    CALL_OUTCOMES.map((outcome) => [
      outcome,
      { calls: metrics.calls.labels({ outcome }), duration: metrics.duration.labels({ outcome }) },
    ]),
  );
  const count = (outcome: CallOutcome, seconds: number) => {
    const { calls, duration } = series.get(outcome)!;
    calls.inc();
    duration.observe(seconds);
  };

  const predict: Upstream['predict'] = async (version, question, signal) => {
    const started = performance.now();
    metrics.started.inc();
    let outcome: CallOutcome = 'error';
    try {
      const call = {
        path: pathOf(options.model, version),
        method: 'POST',
        ...binaryQuestion(question),
      } as const;
      const { status, headers, body } = await exchange(pool, call, signal);
      if (status !== 200) {
        outcome = outcomeOf(status);
        throw new ProtocolError(outcome === 'error' ? 502 : status, `model server: ${errorIn(body)}`);
      }
      const answer = readAnswer(headers[HEADER_LENGTH], body);
      outcome = 'ok';
      return { ...answer, servedBy: 'primary' };
    } catch (error) {
      if (signal?.aborted) outcome = 'timeout';
      throw error instanceof ProtocolError || signal?.aborted ? error : unreachable(error as Error);
    } finally {
      count(outcome, (performance.now() - started) / 1000);
    }
  };
  return { predict, close: () => pool.destroy() };
}

function pathOf(model: string, version: string): string {
  return `/v2/models/${model}/versions/${version}/infer`;
}

function errorIn(body: Uint8Array): string | undefined {
  return (JSON.parse(textOf(body)) as { error?: string }).error;
}

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

/** The pixels as bytes, and the answer wanted as bytes: numbers in decimals cost either side more than the inference. */
function binaryQuestion({ rows, pixels, urgency }: Question) {
  const parameters = { binary_data_size: pixels.byteLength };
  const input = { name: INPUT_NAME, shape: [rows, FEATURES], datatype: 'FP32', parameters };
  return binaryBody({ parameters: { ...urgency, binary_data_output: true }, inputs: [input] }, pixels);
}

/** A model server that knows no bytes answers in JSON. */
function readAnswer(headerLength: string | string[] | undefined, body: Uint8Array) {
  const answer = (
    typeof headerLength === 'string' ? readBinary(headerLength, body, 'outputs') : JSON.parse(textOf(body))
  ) as InferResponse;
  const output = answer.outputs[0]! as InferResponse['outputs'][0] & WithBytes;
  const bytes = output[BYTES];
  const { simulation } = answer.parameters ?? {};
  return {
    version: answer.model_version,
    probabilities: bytes ? floatsOf(bytes) : output.data,
    ...(simulation === undefined ? {} : { simulation }),
  };
}

function outcomeOf(statusCode: number): CallOutcome {
  if (statusCode < 500) return 'rejected';
  return statusCode === 504 ? 'timeout' : 'error';
}

function unreachable(error: Error): ProtocolError {
  return new ProtocolError(502, `model server can't be reached: ${error.message}`);
}
