import type { AsyncOptions } from '../patterns/async/options.ts';

/** What the broker may take of the disk. */
const MOST_BYTES = 1_073_741_824;

/**
 * The configuration of a NATS server with JetStream, in its own words; it reads JSON. Without `sync_interval: always`
 * it acknowledges after write(): that outlives its process, and not the machine's power.
 */
export function brokerConfig(
  { syncs = false }: Partial<AsyncOptions>,
  host: string,
  port: number,
  folder: string,
): object {
  return {
    server_name: 'broker',
    host,
    port,
    jetstream: {
      store_dir: folder,
      max_file_store: MOST_BYTES,
      ...(syncs ? { sync_interval: 'always' } : {}),
    },
  };
}
