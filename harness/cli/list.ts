import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import type { Objective } from '#contract/experiment.ts';
import { linksOf } from '#contract/topology.ts';
import { maps } from './maps.ts';
import { readObjectives } from './objectives.ts';

/** `list`: what there is. */
export async function runList(options: { json: boolean }): Promise<ExitCode> {
  const { byName } = await readObjectives();
  const sections = sectionsOf(byName);
  const text = options.json
    ? JSON.stringify(sections)
    : Object.entries(sections).map(sectionText).join('\n\n');
  process.stdout.write(`${text}\n`);
  return EXIT.pass;
}

function sectionsOf(objectives: Record<string, Objective>): Record<string, Record<string, string>> {
  const summaries = (members: Record<string, { summary: string }>) =>
    mapValues(members, ({ summary }) => summary);
  return {
    experiments: mapValues(maps.experiments, ({ name, question, faults, baselines }) =>
      [
        question,
        ...(maps.headline.includes(name) ? [] : ['played when it is named']),
        Object.keys(faults).length > 0 ? `faults: ${Object.keys(faults).join(', ')}` : 'no faults',
        Object.keys(baselines).length > 0
          ? `baselines: ${Object.keys(baselines).join(', ')}`
          : 'no baselines',
      ].join('\n'),
    ),
    patterns: summaries(maps.patterns),
    faults: summaries(maps.faults),
    objectives: mapValues(objectives, objectiveText),
    scenarios: summaries(maps.scenarios),
    links: Object.fromEntries(linksOf(maps.topology).map((link) => [link, 'can be faulted'])),
    models: mapValues(maps.models, ({ description }) => description),
  };
}

function objectiveText(objective: Objective): string {
  const { indicator, phase, target } = objective;
  const within =
    indicator === 'latency' || indicator === 'acknowledgement'
      ? ` within ${objective.withinMs} ms`
      : indicator === 'recovery'
        ? ` within ${objective.withinSeconds} s`
        : '';
  const share = target === 1 ? 'no miss' : `at least ${Number((target * 100).toPrecision(12))} %`;
  return `${indicator}${within}, ${phase}: ${share}`;
}

function mapValues<T, U>(members: Record<string, T>, of: (member: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, of(member)]));
}

function sectionText([title, members]: [string, Record<string, string>]): string {
  const width = Math.max(...Object.keys(members).map((name) => name.length));
  const lines = Object.entries(members).map(
    ([name, text]) => `  ${name.padEnd(width)}  ${text.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}`,
  );
  return `${title}\n${lines.join('\n')}`;
}
