/** Where release archives are known for, as Node names a platform and its processor. */
export const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'] as const;
export type Platform = (typeof PLATFORMS)[number];

export function isPlatform(name: string): name is Platform {
  return (PLATFORMS as readonly string[]).includes(name);
}

/** What a tool's makers publish of a version, on GitHub. */
export type Releases = {
  /** As owner/name. */
  repository: string;
  /** The file that holds the program: a .tar.gz or a .zip. */
  archives: (version: string) => Readonly<Record<Platform, string>>;
  /** The file with the SHA-256 of each, as `sha256sum` prints it. */
  checksums: (version: string) => string;
};

/** How a program is told from others of its name. */
export type ProgramSpec = {
  /** File name of the program. */
  binary: string;
  versionArgs: readonly string[];
  versionEnv: Readonly<Record<string, string>>;
  /** Finds the version in what the program prints; its first group is the bare number. */
  versionPattern: RegExp;
  /** Whether a program found on PATH will do, and the same in words. */
  accepts: (version: string) => boolean;
  accepted: string;
};

export type ToolSpec = ProgramSpec & {
  /** Absent: its makers publish no archives, or none that we know. */
  releases?: Releases;
  /** Go package that builds it, and the module of that package, pinned in tools/go.mod. */
  goPackage: string;
  goModule: string;
  /** What the linker must be told, such as a version that the source does not know. */
  ldflags: (version: string) => string;
};

/** The programs that a run needs and npm does not bring. */
export const tools = {
  k6: {
    binary: 'k6',
    releases: {
      repository: 'grafana/k6',
      archives: (version) => ({
        'linux-x64': `k6-v${version}-linux-amd64.tar.gz`,
        'linux-arm64': `k6-v${version}-linux-arm64.tar.gz`,
        'darwin-x64': `k6-v${version}-macos-amd64.zip`,
        'darwin-arm64': `k6-v${version}-macos-arm64.zip`,
      }),
      checksums: (version) => `k6-v${version}-checksums.txt`,
    },
    goPackage: 'go.k6.io/k6/v2',
    goModule: 'go.k6.io/k6/v2',
    versionArgs: ['version'],
    versionEnv: { K6_AUTO_EXTENSION_RESOLUTION: 'false' },
    versionPattern: /\bv(\d+\.\d+\.\d+\S*)/,
    accepts: (version) => version.startsWith('2.'),
    accepted: '2.x',
    ldflags: () => '',
  },
  toxiproxy: {
    binary: 'toxiproxy-server',
    releases: {
      repository: 'Shopify/toxiproxy',
      archives: (version) => ({
        'linux-x64': `toxiproxy_${version}_linux_amd64.tar.gz`,
        'linux-arm64': `toxiproxy_${version}_linux_arm64.tar.gz`,
        'darwin-x64': `toxiproxy_${version}_darwin_amd64.tar.gz`,
        'darwin-arm64': `toxiproxy_${version}_darwin_arm64.tar.gz`,
      }),
      checksums: () => 'checksums.txt',
    },
    goPackage: 'github.com/Shopify/toxiproxy/v2/cmd/server',
    goModule: 'github.com/Shopify/toxiproxy/v2',
    versionArgs: ['--version'],
    versionEnv: { LOG_LEVEL: 'error' },
    versionPattern: /\bv?(\d+\.\d+\.\d+\S*)/,
    accepts: (version) => version.startsWith('2.') && Number(version.split('.')[1]) >= 12,
    accepted: '2.12 or a later 2.x',
    // Its source says only "git".
    ldflags: (version) => `-X github.com/Shopify/toxiproxy/v2.Version=${version}`,
  },
  'nats-server': {
    binary: 'nats-server',
    releases: {
      repository: 'nats-io/nats-server',
      archives: (version) => ({
        'linux-x64': `nats-server-v${version}-linux-amd64.tar.gz`,
        'linux-arm64': `nats-server-v${version}-linux-arm64.tar.gz`,
        'darwin-x64': `nats-server-v${version}-darwin-amd64.tar.gz`,
        'darwin-arm64': `nats-server-v${version}-darwin-arm64.tar.gz`,
      }),
      checksums: () => 'SHA256SUMS',
    },
    goPackage: 'github.com/nats-io/nats-server/v2',
    goModule: 'github.com/nats-io/nats-server/v2',
    versionArgs: ['--version'],
    versionEnv: {},
    versionPattern: /\bv(\d+\.\d+\.\d+\S*)/,
    accepts: (version) => version.startsWith('2.') && Number(version.split('.')[1]) >= 12,
    accepted: '2.12 or a later 2.x',
    ldflags: () => '',
  },
} as const satisfies Record<string, ToolSpec>;

export type ToolName = keyof typeof tools;
