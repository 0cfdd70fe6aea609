import type { Registry } from 'prom-client';
import { Pool } from 'undici';
import type { CallOutcome } from '#contract/names.ts';
import type { Predict } from '../patterns/room.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { InferResponse } from '../protocol/infer.ts';
import { upstreamMetrics } from '../telemetry/metrics.ts';

export interface Upstream {
  predict: Predict;
  close(): Promise<void>;
}

/**
 * The model server as the bare system calls it: a fixed pool of connections, no timeout, and no abort when the client
 * has gone. Whatever bounds a call is a pattern's and comes as a signal.
 */
export function createUpstream(
  options: { address: string; connections: number; model: string; version: string },
  registry: Registry,
): Upstream {
  const pool = new Pool(options.address, {
    connections: options.connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const path = `/v2/models/${options.model}/versions/${options.version}/infer`;
  const metrics = upstreamMetrics(registry);
  const count = (outcome: CallOutcome, seconds: number) => {
    metrics.calls.inc({ outcome });
    metrics.duration.observe({ outcome }, seconds);
  };

  const predict: Predict = async (question, signal) => {
    const started = performance.now();
    metrics.started.inc();
    let outcome: CallOutcome = 'error';
    try {
      const { statusCode, body } = await pool.request({
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: question.body,
        signal: signal ?? null,
      });
      const answer = (await body.json()) as InferResponse & { error?: string };
      if (statusCode !== 200) {
        outcome = statusCode < 500 ? 'rejected' : 'error';
        throw new ProtocolError(statusCode < 500 ? statusCode : 502, `model server: ${answer.error}`);
      }
      const { data } = answer.outputs[0]!;
      outcome = 'ok';
      return { version: answer.model_version, probabilities: data, servedBy: 'primary' };
    } catch (error) {
      if (signal?.aborted) outcome = 'timeout';
      throw error instanceof ProtocolError || signal?.aborted ? error : unreachable(error as Error);
    } finally {
      count(outcome, (performance.now() - started) / 1000);
    }
  };
  return { predict, close: () => pool.destroy() };
}

function unreachable(error: Error): ProtocolError {
  return new ProtocolError(502, `model server can't be reached: ${error.message}`);
}
