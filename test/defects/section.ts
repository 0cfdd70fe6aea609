import { table } from '#reports/markdown/text.ts';
import { type Defect, defects } from './defects.ts';
import { judgeDefect, judgeTwin, saidOf } from './judge.ts';

export const DEFECTS_TITLE = 'Planted defects';

/** Every defect with the verdict that it got, and its twin's. */
export async function defectsSection(): Promise<{ markdown: string; told: number; of: number }> {
  const rows: string[][] = [];
  let told = 0;
  for (const [name, defect] of Object.entries<Defect>(defects)) {
    const { trips, wanted, twin } = defect;
    const [harmed, unharmed] = [await judgeDefect(defect), await judgeTwin(defect)];
    const said = saidOf(harmed);
    if (said === wanted && unharmed.outcome === 'pass') told += 1;
    const aside = twin.says === undefined ? '' : ` (${twin.says})`;
    rows.push([name, trips, wanted, said, String(harmed.exitCode), `${unharmed.outcome}${aside}`]);
  }
  const lines = table(['Defect', 'Said by', 'Wanted', 'Verdict', 'Exit code', 'Its twin'], rows, [
    'Exit code',
  ]);
  return { markdown: `## ${DEFECTS_TITLE}\n\n${RULE}\n\n${lines.join('\n')}`, told, of: rows.length };
}

const RULE =
  'Runs of a simulated system in which one thing is wrong, on purpose. What the verdict must be was written down ' +
  'before the rule that says so; none may pass, but for a finding, which is told and fails nothing. The same run ' +
  'without the defect, its twin, must pass. `npm run docs` makes this table, and a test holds it.';
