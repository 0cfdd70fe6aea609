import type { Variant } from './topology.ts';

/** The execution provider whose answers are a model's and whose times are a timer's. */
export const VIRTUAL_ACCELERATOR = 'virtual-accelerator';

/** How answers of such a server are marked, and every output that tells of them. */
export const SIMULATION = `simulation: ${VIRTUAL_ACCELERATOR}`;

/**
 * What must stand beside every number that was measured on these variants; null where all of them computed for as long
 * as it took.
 */
export function simulationOf({ variants }: { variants: Readonly<Record<string, Variant>> }): string | null {
  const simulated = Object.entries(variants)
    .filter(([, { services }]) => services['model-server'].provider === VIRTUAL_ACCELERATOR)
    .map(([name]) => name);
  if (simulated.length === 0) return null;
  return `${SIMULATION} in ${simulated.join(', ')}. The answers are computed, the time that they take is a timer's; its times are no inference speed.`;
}
