// Ports for services and proxies, probed and then kept for the run. Never from the ephemeral range
// (32768–60999 on Linux): a service restarted after a kill would lose its port to an outgoing connection.

import { createServer } from 'node:net';
import { GauntletError } from '../contract/errors.ts';

export type Ports = {
  /** A port of 127.0.0.1 that nobody listens on, never the same one twice. */
  take(): Promise<number>;
  taken(): number[];
};

export type PortsOptions = {
  first?: number;
  last?: number;
  /** 0 ≤ number < 1: where to begin, so that two harnesses side by side seldom meet. */
  random?: () => number;
  isFree?: (port: number) => Promise<boolean>;
  /** Never taken, although nobody may listen there yet: somebody chose them. */
  reserved?: ReadonlySet<number>;
};

/** Ports in the range that `fetch` refuses to talk to (the Fetch standard's bad ports). */
const REFUSED_BY_FETCH: ReadonlySet<number> = new Set([10080]);

export function createPorts(options: PortsOptions = {}): Ports {
  const { first = 10_000, last = 29_999, random = Math.random, isFree = isFreeOnLoopback } = options;
  const { reserved = new Set() } = options;
  const size = last - first + 1;
  const start = Math.floor(random() * size);
  const kept: number[] = [];
  let looked = 0;
  return {
    async take() {
      while (looked < size) {
        // Counted before the wait, so that two takes at once never look at the same port.
        const port = first + ((start + looked) % size);
        looked += 1;
        if (REFUSED_BY_FETCH.has(port) || reserved.has(port) || !(await isFree(port))) continue;
        kept.push(port);
        return port;
      }
      throw new GauntletError(
        'no-free-port',
        `No free port is left on 127.0.0.1 between ${first} and ${last}. End what listens there and run again.`,
      );
    },
    taken: () => [...kept],
  };
}

function isFreeOnLoopback(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
