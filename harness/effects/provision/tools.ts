export type ToolSpec = {
  /** File name of the program. */
  binary: string;
  /** Go package that builds it, and the module of that package, pinned in tools/go.mod. */
  goPackage: string;
  goModule: string;
  versionArgs: readonly string[];
  versionEnv: Readonly<Record<string, string>>;
  /** Finds the version in what the program prints; its first group is the bare number. */
  versionPattern: RegExp;
  /** Whether a program found on PATH will do, and the same in words. */
  accepts: (version: string) => boolean;
  accepted: string;
  /** What the linker must be told, such as a version that the source does not know. */
  ldflags: (version: string) => string;
};

/** The programs that a run needs and npm does not bring. */
export const tools = {
  k6: {
    binary: 'k6',
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
} as const satisfies Record<string, ToolSpec>;

export type ToolName = keyof typeof tools;
