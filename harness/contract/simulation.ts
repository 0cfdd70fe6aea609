import type { Variant } from './topology.ts';

/** The execution provider whose answers are a model's and whose times are a timer's. */
export const VIRTUAL_ACCELERATOR = 'virtual-accelerator';

/**
 * What must stand beside every number that was measured on these variants; null where all of them computed for as long
 * as it took.
 */
export function simulationOf({ variants }: { variants: Readonly<Record<string, Variant>> }): string | null {
  const simulated = Object.entries(variants)
    .filter(([, { services }]) => services['model-server'].provider === VIRTUAL_ACCELERATOR)
    .map(([name]) => name);
  if (simulated.length === 0) return null;
  const where = simulated.length === Object.keys(variants).length ? '' : ` in ${simulated.join(', ')}`;
  return `Simulation: ${VIRTUAL_ACCELERATOR}${where}; answers are computed and checked, how long a run takes is a timer's, and its times are no inference speed.`;
}

/** The same as a part of a record or verdict, which lacks it where nothing was simulated. */
export function simulationPart(experiment: Parameters<typeof simulationOf>[0]): { simulation?: string } {
  const simulation = simulationOf(experiment);
  return simulation === null ? {} : { simulation };
}
