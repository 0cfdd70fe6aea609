import { Default } from 'typebox/value';
import type { Experiment } from '#contract/experiment.ts';
import type { FaultScript } from '#contract/fault.ts';
import { CANDIDATE } from '#contract/names.ts';
import { VIRTUAL_ACCELERATOR } from '#contract/simulation.ts';
import { type AcceleratorOptions, AcceleratorSchema, type Variant } from '#contract/topology.ts';

type Scripts = readonly (readonly [fault: string, script: FaultScript])[];

/** A loss of slots needs a virtual accelerator that has them, and its options need one too. */
export function acceleratorProblems({ candidate, baselines }: Experiment, scripts: Scripts): string[] {
  const variants = Object.entries({ [CANDIDATE]: candidate, ...baselines });
  const idle = variants
    .filter(([, variant]) => variant.services['model-server'].accelerator && slotsOf(variant) === null)
    .map(
      ([name]) =>
        `${name} has options of an accelerator and computes elsewhere; ` +
        `give its model-server provider: '${VIRTUAL_ACCELERATOR}'.`,
    );
  const taken = scripts.flatMap(([name, { inject }]) =>
    inject.flatMap((action) => (action.do === 'take-slots' ? [{ name, slots: action.slots }] : [])),
  );
  return [
    ...idle,
    ...taken.flatMap(({ name, slots }) =>
      variants.flatMap(([variant, of]) => {
        const all = slotsOf(of);
        if (all === null)
          return `faults.${name} takes slots, which the model server of ${variant} has not; give it provider: '${VIRTUAL_ACCELERATOR}'.`;
        return slots > all ? `faults.${name} takes ${slots} slots, where ${variant} has ${all}.` : [];
      }),
    ),
  ];
}

/** Null where nothing is simulated. */
function slotsOf({ services }: Variant): number | null {
  const { provider, accelerator } = services['model-server'];
  if (provider !== VIRTUAL_ACCELERATOR) return null;
  return (Default(AcceleratorSchema, { ...accelerator }) as AcceleratorOptions).slots;
}

/** Where a fault lets another tenant's requests come, the load's own need a tenant too, and another one. */
export function tenantProblems({ load }: Experiment, scripts: Scripts): string[] {
  return scripts.flatMap(([name, { offers }]) => {
    if (offers?.tenant === undefined) return [];
    if (load.tenant === undefined)
      return `faults.${name} lets requests of tenant '${offers.tenant}' come; say in load.tenant whose the others are.`;
    if (load.tenant !== offers.tenant) return [];
    return `faults.${name} lets requests of tenant '${offers.tenant}' come, which is load.tenant already; name another.`;
  });
}
