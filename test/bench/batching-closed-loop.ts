import { system, without } from '#sut/system.ts';
import { driveSystem } from './driven-system.ts';
import { questionTo } from './question.ts';
import { atLeast, type Row, told } from './row.ts';
import { type Driven, missingWrk } from './wrk.ts';

const CONNECTIONS = 64;
const SECONDS = 8;
const LEAST_GAIN = 4;
/** So that neither form always has the machine's first, or its last, seconds. */
const ORDER = ['one by one', 'batched', 'batched', 'one by one'] as const;
type Form = (typeof ORDER)[number];

const batched = system({ patterns: { 'batch-inference': {} } });
const VARIANTS = { batched, 'one by one': without(batched, 'batch-inference') };

/** MLP asked for as much as 64 connections get answered, at the model server itself, all cores shared. */
export async function batchingClosedLoop(signal: AbortSignal): Promise<Row[]> {
  const missing = await missingWrk();
  if (missing !== null) return [told(`MLP at the model server, closed loop: not measured, ${missing}`, '')];
  const question = await questionTo('mlp-1', 'JSON', 1);
  const loop = { entry: 'model-server', question, connections: CONNECTIONS, seconds: SECONDS } as const;
  const seen: Record<Form, Driven[]> = { 'one by one': [], batched: [] };
  for (const form of ORDER) seen[form].push(await driveSystem(VARIANTS[form], loop, signal));
  const gain = meanRate(seen.batched) / meanRate(seen['one by one']);
  return [
    told(`MLP at the model server, closed loop of ${CONNECTIONS}, one by one`, figures(seen['one by one'])),
    told('… and batched', figures(seen.batched)),
    atLeast('batched ÷ one by one', gain, LEAST_GAIN, '×'),
  ];
}

function meanRate(all: readonly Driven[]): number {
  return all.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0) / all.length;
}

function figures(all: readonly Driven[]): string {
  const p99 = Math.max(...all.map(({ p99Ms }) => p99Ms));
  const checked = all.reduce((sum, one) => sum + one.checked, 0);
  return `${Math.round(meanRate(all))}/s, p99 ${p99.toFixed(1)} ms, ${checked} answers checked`;
}
