import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import batchInference from '#experiments/batch-inference.ts';
import { openConsole } from '#harness/cli/console.ts';
import { measureCapacity } from '#harness/cli/measure-capacity.ts';
import { prepareEffects } from '#harness/cli/prepare.ts';
import { pinSelf } from '#harness/effects/cores.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { goodputIn } from '#slo/goodput.ts';
import { atLeast, type Row, told } from './row.ts';

/** Requests per second of XL that no batch holds on one core. */
const MOST_PER_SECOND = 4_000;
const LEAST_GAIN = 5;

/** The highest rate within p99 ≤ 100 ms of XL through the gateway, one by one and batched. */
export async function batchingCapacity(signal: AbortSignal): Promise<Row[]> {
  const machine = await describeMachine(true);
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  const console = openConsole(process.stderr);
  try {
    const { effects } = await prepareEffects([batchInference], machine, processes, folder, console, signal);
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
    const oneByOne = await capacityOf('one-by-one');
    const batched = await capacityOf(null);
    return [
      told('XL through the gateway, p99 ≤ 100 ms, one by one', `${oneByOne}/s`),
      told('… and batched', `${batched}/s`),
      atLeast('batched ÷ one by one', batched / oneByOne, LEAST_GAIN, '×'),
    ];
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(folder, { recursive: true, force: true });
  }
}
