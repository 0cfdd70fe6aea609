import type { Variant } from '#contract/topology.ts';
import type { ModelVersion } from './models/catalog.ts';
import type { PatternName, PatternOptions } from './patterns/index.ts';

// The vocabulary in which experiments describe variants. Types only are taken from the patterns, so that an
// experiment stays data.

export interface SystemSpec {
  services?: {
    gateway?: Partial<Variant['services']['gateway']>;
    'model-server'?: Partial<Variant['services']['model-server']>;
  };
  models?: { primary?: ModelVersion; next?: ModelVersion; fallback?: ModelVersion };
  patterns?: PatternOptions;
}

/** The reference system: the bare one, with what `spec` says. */
export function system(spec: SystemSpec = {}): Variant {
  return {
    services: {
      gateway: { upstreamConnections: 256, ...spec.services?.gateway },
      'model-server': { threads: 1, ...spec.services?.['model-server'] },
    },
    models: { primary: 'mlp-1', fallback: 'lin-1', ...spec.models },
    patterns: { ...spec.patterns },
  };
}

/** The same system with a pattern taken out. */
export function without(variant: Variant, pattern: PatternName): Variant {
  const { [pattern]: _, ...patterns } = variant.patterns;
  return { ...variant, patterns };
}

/** The same system with some options of its patterns changed. */
export function withOptions(variant: Variant, changes: PatternOptions): Variant {
  const patterns = { ...variant.patterns };
  for (const [name, change] of Object.entries(changes)) {
    patterns[name] = { ...(patterns[name] as object | undefined), ...change };
  }
  return { ...variant, patterns };
}
