import { type Defect, defects } from './defects.ts';
import { judgeDefect, judgeTwin, saidOf } from './judge.ts';

/** docs/defects.md: every defect with the verdict that it got, and its twin's. */
export async function defectsPage(): Promise<string> {
  const rows = [];
  for (const [name, defect] of Object.entries<Defect>(defects)) {
    const [harmed, twin] = [await judgeDefect(defect), await judgeTwin(defect)];
    rows.push(
      `| ${name} | \`${defect.trips}\` | ${defect.wanted} | ${saidOf(harmed)} | ${harmed.exitCode} | ${twin.outcome} |`,
    );
  }
  return `# Planted defects

Runs of a simulated system in which one thing is wrong, on purpose. What the verdict must be was written down before the rule that says so; none may pass, but for a finding, which is told and fails nothing, and the same run without the defect, its twin, must. Made by \`npm run docs\`; a test holds it.

| defect | said by | wanted | verdict | exit code | its twin |
| --- | --- | --- | --- | ---: | --- |
${rows.join('\n')}
`;
}
