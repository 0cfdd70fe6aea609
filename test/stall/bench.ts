import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Machine } from '#contract/record.ts';
import type { Ports } from '#harness/effects/ports.ts';
import type { Processes } from '#harness/effects/process.ts';
import { SERVICE_MS, type ServerConfig, STALL_MS, type StallStamps } from './setup.ts';

/** What the plays are made with. */
export interface Bench {
  processes: Processes;
  ports: Ports;
  /** Path of k6. */
  k6: string;
  machine: Machine;
  /** Where the plays leave their files. */
  folder: string;
  signal: AbortSignal;
}

export const SERVER_MAIN = fileURLToPath(new URL('server.ts', import.meta.url));

export function serverConfig(port: number): ServerConfig {
  return { port, serviceMs: SERVICE_MS, stallMs: STALL_MS };
}

/** Stops the server when the instant has come; resolves to when it really stood still, by its own clock. */
export async function stallAt(epochMs: number, address: string, signal: AbortSignal): Promise<StallStamps> {
  await sleep(Math.max(0, epochMs - Date.now()), undefined, { signal });
  const response = await fetch(`${address}/stall`, { method: 'POST', signal });
  return (await response.json()) as StallStamps;
}
