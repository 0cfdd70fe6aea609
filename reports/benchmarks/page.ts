import type { Benchmark } from '#contract/benchmark.ts';
import type { Experiment } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import { count, listed, plural } from '../format.ts';
import { capacityTable, capital, claimsTable, matrixTable } from '../markdown/scoreboard.ts';
import { plain, table } from '../markdown/text.ts';
import { type Score, scoresOf } from '../scoreboard/scores.ts';
import { againLines, claimLine, codeText, machineText, resumedText } from '../words.ts';

/** What of an experiment the page says where nothing was measured yet. */
export type Asked = Pick<Experiment, 'name' | 'question' | 'pattern'>;

/** reports/BENCHMARKS.md: what each pattern wins and costs, from the records that are kept of comparisons. */
export function benchmarksPage(
  experiments: readonly Asked[],
  benchmarks: Readonly<Record<string, Benchmark>>,
): string {
  // An experiment of somebody's own may be kept too.
  const known = experiments.map(({ name }) => name);
  const others = Object.keys(benchmarks).filter((name) => !known.includes(name));
  const sections = [
    ...experiments.map((asked) => section(asked, benchmarks[asked.name])),
    ...others.map((name) => {
      const { pattern, question } = benchmarks[name]!.plan.experiments[0]!;
      return section({ name, pattern, question }, benchmarks[name]);
    }),
  ];
  return `${[...head(experiments, benchmarks), ...sections.flat()].join('\n\n')}\n`;
}

function head(experiments: readonly Asked[], benchmarks: Readonly<Record<string, Benchmark>>): string[] {
  const rows = [...experiments.map(({ name }) => name), ...Object.keys(benchmarks)];
  return [
    '# Benchmarks',
    'What each serving pattern wins against the same system without it, or with a simpler form of it, and what it costs. ' +
      'The numbers are of the machine that is named beside them, and each section says how to repeat it. ' +
      'Made from the records in `reports/records/` by `npm run docs`, which judges their claims again; it is not to be edited.',
    table(
      ['Experiment', 'Outcome', 'Advice'],
      [...new Set(rows)].map((name) => {
        const score = benchmarks[name] ? scoreOf(benchmarks[name]) : undefined;
        return score ? [name, score.outcome, score.advice] : [name, 'not measured yet', ''];
      }),
    ).join('\n'),
    'A claim is judged over pairs of trials: it passes where the whole 95 % interval lies within what is wanted, fails where it lies wholly outside, and is inconclusive between; an expected loss passes where it comes. ' +
      "Goodput counts answers that came in time, equal the model's own, and name the right class.",
  ];
}

function scoreOf({ plan, verdict }: Benchmark): Score | undefined {
  return scoresOf(plan, verdict)[0];
}

function section({ name, question }: Asked, benchmark: Benchmark | undefined): string[] {
  const score = benchmark && scoreOf(benchmark);
  const title = `## ${plain(name)}`;
  if (!score)
    return [
      title,
      `**Question:** ${plain(question)}`,
      `Not measured yet: \`npm run compare -- ${name} --profile full\`, then \`npm run keep -- latest\`.`,
    ];
  return [
    `${title}: ${score.outcome}`,
    capacityTable([score]).join('\n'),
    `Machine: ${plain(machineText(benchmark.record.machine))}.`,
    `**Question:** ${plain(score.question)}`,
    '### Scoreboard',
    ...claimsTable(score),
    ...matrixTable(score),
    '### Cost',
    ...costLines(score),
    '### Verdict',
    verdictLine(score, benchmark),
    `**Advice:** ${plain(score.advice)}`,
    '### How it was measured',
    measuredLines(benchmark).join('\n'),
  ];
}

function costLines({ claims }: Score): string[] {
  const costs = claims.filter(({ kind }) => kind !== 'win');
  if (costs.length === 0) return ['Nothing was claimed about what it costs.'];
  return [costs.map((claim) => `- ${plain(`${claim.name}: ${claimLine(claim)}.`)}`).join('\n')];
}

function verdictLine({ experiment, outcome, fault }: Score, { verdict }: Benchmark): string {
  const judged = verdict.experiments.find(({ name }) => name === experiment)!;
  const own = judged.objectives.filter(({ variant }) => variant === CANDIDATE);
  const kept = own.filter((one) => one.outcome === 'pass').length;
  const rules = judged.validity.filter(({ held }) => held).length;
  const when = fault === null ? '' : ` under '${fault}'`;
  return plain(
    `${capital(outcome)}: the candidate kept ${kept} of ${plural(own.length, 'objective')}${when}; ` +
      `${count(rules)} of ${plural(judged.validity.length, 'validity check')} held.`,
  );
}

function measuredLines({ record, plan, trials, experiment }: Benchmark): string[] {
  const { tools, machine, seed, startedAt, runId } = record;
  const commands = [...againLines(record), 'npm run keep -- latest'].map((line) => `\`${line}\``);
  const versions = Object.entries(tools).map(([name, { version }]) => `${name} ${version}`);
  const requests = trials.reduce((sum, trial) => sum + trial.requests, 0);
  return [
    `- ${plain(`Profile ${plan.profile}: ${roundsText(plan.experiments)}; ${count(trials.length)} trials, ${count(requests)} requests, seed ${seed}.`)}`,
    `- ${plain(`Run ${runId}, begun ${startedAt}. ${resumedText(record)}`)}`,
    `- ${plain(`Code: ${codeText(record)}; Node ${machine.node}; ${versions.join(', ')}.`)}`,
    `- Record: [records/${experiment}.json](records/${experiment}.json), sealed.`,
    `- To repeat it: ${commands.join(', then ')}.`,
  ];
}

function roundsText(parts: Benchmark['plan']['experiments']): string {
  const words = parts.map(({ faults, tapes }) => `${tapes.length} under '${faults[0]?.name ?? 'no fault'}'`);
  return `rounds: ${listed(words)}`;
}
