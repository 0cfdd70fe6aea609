import type { Link, ServiceName } from '#contract/names.ts';
import { linkEnds, linksOf, topologyOf } from '#contract/topology.ts';
import { brokerConfig } from './broker/config.ts';
import { system } from './system.ts';
import { topology } from './topology.ts';

// The variant that docker-compose.yml keeps up, and the files in compose/ that it is configured by.

export const stackVariant = system({ patterns: { 'circuit-breaker': { callTimeoutMs: 100 }, async: {} } });

export const stackTopology = topologyOf(topology, stackVariant);

const EVERYWHERE = '0.0.0.0';
const FIRST_PROXY_PORT = 9_001;
const NATS_PORT = 4_222;
/** Where every service of ours listens in its container. */
const SERVICE_PORT = 8_080;

/** Port of a service in its container. */
export function stackPort(service: ServiceName): number {
  return service === 'broker' ? NATS_PORT : SERVICE_PORT;
}

/** Port of a link's proxy in the container of Toxiproxy: every link of the stack has one. */
export function stackProxyPort(link: Link): number {
  return FIRST_PROXY_PORT + linksOf(stackTopology).indexOf(link);
}

/** Name of a link's proxy. */
export function stackProxyName(link: Link): string {
  return link.replace('->', '_to_');
}

/** What each file in compose/ says, by its name. */
export function stackFiles(): Record<string, object> {
  const services = stackTopology.services.map(({ name, config }) => {
    const addressOf = (callee: ServiceName) =>
      `http://toxiproxy:${stackProxyPort(`${name}->${callee}` as Link)}`;
    const own =
      name === 'broker'
        ? brokerConfig({}, EVERYWHERE, NATS_PORT, '/data')
        : { ...config(stackVariant, SERVICE_PORT, addressOf), host: EVERYWHERE };
    return [`${name}.json`, own] as const;
  });
  const proxies = linksOf(stackTopology).map((link) => ({
    name: stackProxyName(link),
    listen: `${EVERYWHERE}:${stackProxyPort(link)}`,
    upstream: `${linkEnds(link).to}:${stackPort(linkEnds(link).to)}`,
    enabled: true,
  }));
  return { ...Object.fromEntries(services), 'toxiproxy.json': proxies };
}
