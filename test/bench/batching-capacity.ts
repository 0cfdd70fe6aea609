import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import batchInference from '#experiments/batch-inference.ts';
import { openConsole } from '#harness/cli/console.ts';
import { measureCapacity } from '#harness/cli/measure-capacity.ts';
import { prepareEffects } from '#harness/cli/prepare.ts';
import { allowedCores, pinSelf, unpinSelf } from '#harness/effects/cores.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { goodputIn } from '#slo/goodput.ts';
import { atLeast, type Row, told } from './row.ts';

/** Requests per second of XL that no batch holds on two cores. */
const MOST_PER_SECOND = 6_000;
const LEAST_GAIN = 5;

/**
 * The highest rate within p99 ≤ 100 ms of XL through the gateway, one by one and batched. Judged on cores of its own,
 * as in every experiment: where k6 has its part of them, what is compared is the system less the generator.
 */
export async function batchingCapacity(signal: AbortSignal): Promise<Row[]> {
  const apart = await capacities(true, signal);
  const shared = await capacities(false, signal);
  return [
    told('XL through the gateway, p99 ≤ 100 ms, cores kept apart from k6, one by one', `${apart.oneByOne}/s`),
    told('… and batched', `${apart.batched}/s`),
    atLeast('batched ÷ one by one', apart.batched / apart.oneByOne, LEAST_GAIN, '×'),
    told('the same on cores shared with k6, one by one', `${shared.oneByOne}/s`),
    told('… and batched', `${shared.batched}/s`),
    told('batched ÷ one by one', `${(shared.batched / shared.oneByOne).toFixed(1)} ×`),
  ];
}

async function capacities(areCoresApart: boolean, signal: AbortSignal) {
  const machine = await describeMachine(areCoresApart);
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  const console = openConsole(process.stderr);
  const cores = await allowedCores();
  try {
    const { effects } = await prepareEffects(
      [batchInference],
      machine,
      processes,
      { id: 'bench', folder },
      console,
      signal,
    );
    if (machine.pinnedCores) await pinSelf(machine.pinnedCores.load);
    const hooks = {
      signal,
      goodput: goodputIn,
      disturbance: () => null,
      onProgress: () => {},
      canKeep: async () => {},
    };
    const capacityOf = async (mainBaseline: string | null) => {
      const need = { perSecond: MOST_PER_SECOND, isExact: true };
      return (await measureCapacity({ ...batchInference, mainBaseline }, need, effects, hooks)).perSecond;
    };
    return { oneByOne: await capacityOf('one-by-one'), batched: await capacityOf(null) };
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(folder, { recursive: true, force: true });
    if (machine.pinnedCores && cores) await unpinSelf(cores);
  }
}
