import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GenericContainer, ImageName } from 'testcontainers';
import { GauntletError } from '#contract/errors.ts';
import type { RunRecord } from '#contract/record.ts';
import type { ServerSpec } from '#contract/topology.ts';
import { digestFolder } from '../machine.ts';
import type { ProvisionedTool } from '../provision/provision.ts';
import { connectDocker } from './client.ts';

/** Programs of others that are services; nats-server at the version that docker-compose.yml has too. */
export const SERVER_IMAGES = {
  'nats-server': { image: 'nats:2.14.5-alpine', version: '2.14.5' },
  'redis-server': { image: 'redis:7.0.15-alpine', version: '7.0.15' },
} as const satisfies Record<ServerSpec['program'], { image: string; version: string }>;

/** Finds a server's image, or fetches it. */
export async function findImage(name: ServerSpec['program']): Promise<ProvisionedTool> {
  const { image, version } = SERVER_IMAGES[name];
  const client = await connectDocker();
  try {
    await client.image.pull(ImageName.fromString(image), undefined);
  } catch (error) {
    throw new GauntletError(
      'tool-missing',
      `The image ${image} is not here and can't be fetched (${oneLine(error)}): docker pull ${image}`,
    );
  }
  return { name, version, path: image, source: 'image' };
}

interface SystemImage {
  image: string;
  tools: RunRecord['tools'];
}

/** The image of this state of the system: built where it is not there yet. */
export async function systemImage(root: string, onProgress: (line: string) => void): Promise<SystemImage> {
  const client = await connectDocker();
  const image = `gauntlet-system:${digestOfSystem(root)}`;
  const { Version } = await client.container.dockerode.version();
  if (!(await client.image.exists(ImageName.fromString(image)))) await build(root, image, onProgress);
  return { image, tools: { docker: { version: Version, source: image } } };
}

async function build(root: string, image: string, onProgress: (line: string) => void): Promise<void> {
  onProgress(`Building ${image}, once for this state of sut/.`);
  try {
    const builder = GenericContainer.fromDockerfile(root).withTarget('system');
    await builder.build(image, { deleteOnExit: false });
  } catch (error) {
    throw new GauntletError(
      'tool-missing',
      `The image of the system could not be built (${oneLine(error)}); this says why: docker build --target system .`,
    );
  }
}

/** Twelve hexadecimal digits over all that goes into the image. */
function digestOfSystem(root: string): string {
  const hash = createHash('sha256');
  for (const file of ['Dockerfile', '.dockerignore', 'package.json', 'package-lock.json'])
    hash.update(readFileSync(join(root, file)));
  for (const folder of ['sut', 'harness/contract']) hash.update(digestFolder(join(root, folder)));
  return hash.digest('hex').slice(0, 12);
}

function oneLine(error: unknown): string {
  return String((error as Error).message ?? error).split('\n', 1)[0]!;
}
