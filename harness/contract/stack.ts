/** Where docker-compose.yml publishes its services on this machine's loopback; a test holds the two together. */
export const STACK = {
  /** Name of the Compose project. */
  project: 'gauntlet',
  /** The gateway, through its proxy. */
  clientPort: 8_081,
  /** Toxiproxy's control. */
  toxiproxyPort: 8_474,
  /** Each directly, for its health and metrics. */
  servicePorts: { 'model-server': 8_082, worker: 8_083, gateway: 8_080 },
} as const;
