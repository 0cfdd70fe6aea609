import { stringify } from 'yaml';
import type { BurnRate } from '#contract/budget.ts';
import type { Objective } from '#contract/experiment.ts';
import { grafanaBoard } from './grafana.ts';
import { boards } from './index.ts';
import { burnRateRules, isSeen } from './rules/burn-rate.ts';

/** What is made from the boards and the objectives: path in the repository → text. */
export function generatedFiles(
  objectives: Readonly<Record<string, Objective>>,
  alerts: readonly BurnRate[],
): Record<string, string> {
  const drawn = Object.entries(boards).map(([name, board]) => [
    `dashboards/generated/${name}.json`,
    `${JSON.stringify(grafanaBoard(board), null, 2)}\n`,
  ]);
  return { ...Object.fromEntries(drawn), 'dashboards/generated/rules.yaml': rulesText(objectives, alerts) };
}

function rulesText(objectives: Readonly<Record<string, Objective>>, alerts: readonly BurnRate[]): string {
  const unseen = Object.keys(objectives).filter((name) => !isSeen(objectives[name]!));
  const head = [
    'Made from slo/objectives by npm run dashboards.',
    'Not here, since no metric tells whether an answer is right, or since they hold in a phase that only a run has:',
    ...unseen.map((name) => `  ${name}`),
  ];
  return `${head.map((line) => `# ${line}\n`).join('')}${stringify(burnRateRules(objectives, alerts), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
