import type { RunRecord } from '#contract/record.ts';
import { rowsFileOf } from '#contract/record.ts';
import { sampleHeader, sampleRow } from '#contract/sample.ts';
import { eachSample } from '#contract/samples.ts';
import { createRunFolder } from '#harness/effects/run-folder.ts';
import type { RunHooks } from '#harness/run.ts';
import { temporaryFolder } from './saved.ts';
import { resilient, type Simulated, simulateRun } from './simulated-run.ts';

export interface KilledRun {
  path: string;
  /** Path of the rows that its trial under way had written. */
  rowsFile: string;
}

/** A run as SIGKILL leaves it while its first fault is in place, with so many samples written by then. */
export async function saveKilled(simulated: Simulated, written: number): Promise<KilledRun> {
  let kept: RunRecord | undefined;
  const keep: RunHooks['keep'] = async (record, underWay) => {
    const [fault] = underWay?.faults ?? [];
    if (fault?.injectedAt != null && fault.healRequestedAt === null) kept ??= structuredClone(record);
  };
  const { plan, facts } = await simulateRun(resilient, { ...simulated, keep });
  const [{ name, trials }] = kept!.experiments as [RunRecord['experiments'][number]];
  const [trial] = trials as [RunRecord['experiments'][number]['trials'][number]];
  const samples = [...eachSample(facts.samples.get(`${name}/${trial.id}`)!)].slice(0, written);
  const folder = await createRunFolder(await temporaryFolder(), kept!.runId);
  const rowsFile = rowsFileOf(trial);
  await folder.writePlan(plan);
  await folder.writeFiles({ [rowsFile]: [sampleHeader(), ...samples.map(sampleRow)].join('') });
  await folder.writeRecord(kept!, trial);
  return { path: folder.path, rowsFile };
}
