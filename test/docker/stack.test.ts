import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { STACK } from '#contract/stack.ts';
import { linksOf } from '#contract/topology.ts';
import { SERVER_IMAGES } from '#harness/effects/docker/images.ts';
import { stackFiles, stackPort, stackProxyPort, stackTopology } from '#sut/stack.ts';
import { root } from './docker.ts';

// docker-compose.yml and the Dockerfile against what they must agree with.

interface Service {
  image: string;
  user: string;
  ports?: string[];
  volumes?: string[];
  command?: string[];
  read_only: boolean;
  privileged?: boolean;
  cap_drop: string[];
  cap_add?: string[];
  healthcheck?: { test: string[] };
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  name: string;
  services: Record<string, Service>;
};
const { services } = compose;
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
const goVersion = (module: string) =>
  read('tools/go.mod').match(new RegExp(`^\\s+${module.replaceAll('/', '\\/')} v(\\S+)`, 'm'))![1]!;
const dockerArg = (name: string) => read('Dockerfile').match(new RegExp(`^ARG ${name}=(\\S+)$`, 'm'))![1]!;
const published = (name: string) => services[name]!.ports ?? [];

/** Those that stay up; the others end or are run by hand. */
const lasting = Object.entries(services).filter(([name]) => !['jobs-owner', 'harness'].includes(name));

describe('the names', () => {
  test('of the services are those of the topology, and of what stands beside it', () => {
    const own = stackTopology.services.map(({ name }) => name as string);
    const beside = ['grafana', 'harness', 'jobs-owner', 'prometheus', 'toxiproxy'];
    expect(Object.keys(services).toSorted()).toEqual([...own, ...beside].toSorted());
    expect(compose.name).toBe(STACK.project);
  });

  test('of the configurations are those of the services, which read them', () => {
    for (const file of Object.keys(stackFiles())) {
      const { command, volumes } = services[file.replace('.json', '')]!;
      expect(command!.join(' ')).toContain(`/etc/gauntlet/${file}`);
      expect(volumes).toContain('./compose:/etc/gauntlet:ro');
    }
  });
});

describe('the ports', () => {
  test('are published on the loopback alone, each once', () => {
    const all = Object.keys(services).flatMap(published);
    for (const port of all) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    const own = all.map((port) => port.split(':')[1]);
    expect(new Set(own).size).toBe(own.length);
  });

  test('of each service are those that chaos asks', () => {
    for (const [name, port] of Object.entries(STACK.servicePorts))
      expect(published(name)).toEqual([`127.0.0.1:${port}:${stackPort(name as 'gateway')}`]);
    expect(published('toxiproxy')).toEqual([
      `127.0.0.1:${STACK.toxiproxyPort}:8474`,
      `127.0.0.1:${STACK.clientPort}:${stackProxyPort('client->gateway')}`,
    ]);
  });

  test('of the proxies are there for every link, and callers use them', () => {
    const files = stackFiles() as Record<string, unknown>;
    const proxies = files['toxiproxy.json'] as { name: string; listen: string; upstream: string }[];
    expect(proxies.map(({ name }) => name)).toEqual(
      linksOf(stackTopology).map((link) => link.replace('->', '_to_')),
    );
    for (const { name, listen, upstream } of proxies) {
      const [caller, callee] = name.split('_to_') as [string, string];
      expect(upstream).toBe(`${callee}:${stackPort(callee as 'gateway')}`);
      const port = listen.split(':')[1];
      if (caller !== 'client')
        expect(JSON.stringify(files[`${caller}.json`])).toContain(`//toxiproxy:${port}"`);
    }
  });

  test('of the services are those that Prometheus reads', () => {
    const jobs = read('dashboards/prometheus.yml');
    for (const name of Object.keys(STACK.servicePorts))
      expect(jobs).toContain(`${name}:${stackPort(name as 'gateway')}`);
  });
});

describe('the versions', () => {
  test('of all images are named to the last digit', () => {
    const images = Object.values(services).map(({ image }) => image.replace(/^\$\{\w+:-(.*)\}$/, '$1'));
    for (const image of images) expect(image).toMatch(/:(stack|v?\d+\.\d+\.\d+[a-z0-9.-]*)$/);
    for (const name of ['NODE_IMAGE', 'K6_IMAGE']) expect(dockerArg(name)).toMatch(/:\d+\.\d+\.\d+/);
  });

  test('of Node is that of package.json', () => {
    expect(dockerArg('NODE_IMAGE')).toBe(`node:${lock.packages['node_modules/node']!.version}-bookworm-slim`);
  });

  test('of k6, Toxiproxy and NATS are those of tools/go.mod', () => {
    expect(dockerArg('K6_IMAGE')).toBe(`grafana/k6:${goVersion('go.k6.io/k6/v2')}`);
    expect(services['toxiproxy']!.image).toBe(
      `ghcr.io/shopify/toxiproxy:${goVersion('github.com/Shopify/toxiproxy/v2')}`,
    );
    const nats = `nats:${goVersion('github.com/nats-io/nats-server/v2')}-alpine`;
    expect(services['broker']!.image).toBe(nats);
    expect(SERVER_IMAGES['nats-server'].image).toBe(nats);
  });
});

describe('every container', () => {
  test.each(Object.entries(services))('%s writes only where it may, and has no rights', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect(service.privileged).toBeUndefined();
  });

  test('runs as a user, but for the one that hands a new volume over', () => {
    const roots = Object.entries(services).filter(([, { user }]) => user.startsWith('0'));
    expect(roots.map(([name, { cap_add }]) => [name, cap_add])).toEqual([['jobs-owner', ['CHOWN']]]);
  });

  test.each(lasting)('%s has a health check', (_, { healthcheck }) => {
    expect(healthcheck!.test[0]).toBe('CMD');
  });

  test.each(lasting)('%s mounts files that are there', (_, { volumes = [] }) => {
    const paths = volumes.map((volume) => volume.split(':')[0]!).filter((path) => path.startsWith('./'));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test('the configurations in compose/ are as the topology makes them', () => {
  for (const [name, file] of Object.entries(stackFiles()))
    expect(JSON.parse(read(`compose/${name}`))).toEqual(file);
});

test('Grafana finds its datasource, and boards of it, where it looks for them', () => {
  const { datasources } = parse(read('dashboards/provisioning/datasources/prometheus.yaml'));
  expect(datasources[0]).toMatchObject({ type: 'prometheus', url: 'http://prometheus:9090' });
  const { providers } = parse(read('dashboards/provisioning/dashboards/gauntlet.yaml'));
  const mounts = services['grafana']!.volumes!.map((volume) => volume.split(':'));
  const folder = mounts.find(([, at]) => at === providers[0].options.path)![0]!;
  const board = JSON.parse(read(join(folder, 'overview.json'))) as { uid: string };
  expect(board.uid).not.toBe('');
  expect(mounts.find(([, at]) => at === '/etc/grafana/provisioning')![0]).toBe('./dashboards/provisioning');
});
