import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import type { PlannedExperiment } from '#contract/plan.ts';
import type { ObjectiveResult, Verdict } from '#contract/verdict.ts';
import { type Cell, columns } from '#reports/console/layout.ts';
import { exactPercent, exactSeconds, NOTHING, percentAgainst, threeDigits } from '#reports/format.ts';
import { pointsText } from '#reports/words.ts';
import { readRun, type SavedRun } from './saved-run.ts';
import { judgeFacts } from './verdict.ts';

/** `diff`: two saved runs side by side. Shows, and judges neither by the other. */
export async function runDiff(before: string, after: string): Promise<ExitCode> {
  const [a, b] = [await judged(before), await judged(after)];
  process.stdout.write(`${diffText(a, b).join('\n')}\n`);
  return EXIT.pass;
}

export interface JudgedRun extends Pick<SavedRun, 'plan' | 'record' | 'notes'> {
  verdict: Verdict;
}

/** Both are judged anew, so that both are judged by the same rules. */
async function judged(name: string): Promise<JudgedRun> {
  const saved = await readRun(name);
  return { ...saved, verdict: judgeFacts(saved.plan, saved, undefined) };
}

export function diffText(a: JudgedRun, b: JudgedRun): string[] {
  const names = [...new Set([a, b].flatMap(({ verdict }) => verdict.experiments.map(({ name }) => name)))];
  const different = circumstances(a, b);
  return [
    ...columns([headOf('A', a), headOf('B', b)], 0),
    ...[a, b].flatMap(({ notes }) => notes),
    '',
    ...(different.length === 0
      ? ['Both were played alike: the same command, seed, load and machine.']
      : ['They were not played alike, which may be all that the differences below show:']),
    ...columns(different.map(cells), 2),
    ...names.flatMap((name) => ['', ...experimentText(name, a, b)]),
  ];
}

function headOf(letter: string, { record, verdict }: JudgedRun): Cell[] {
  const ended = record.ended === 'completed' ? '' : record.ended;
  return cells([letter, record.runId, verdict.outcome, `exit ${verdict.exitCode}`, ended]);
}

function cells(texts: readonly string[]): Cell[] {
  return texts.map((text) => ({ text }));
}

/** What, in A, in B: of all that differs in how they were played. */
function circumstances(a: JudgedRun, b: JudgedRun): string[][] {
  const [first, second] = [factsOf(a), factsOf(b)];
  return Object.keys({ ...first, ...second })
    .filter((what) => first[what] !== second[what])
    .map((what) => [what, first[what] ?? NOTHING, '|', second[what] ?? NOTHING]);
}

function factsOf({ plan, record }: JudgedRun): Record<string, string> {
  const { machine, tools } = record;
  const facts: Record<string, string> = {
    command: record.command,
    profile: plan.profile,
    seed: String(record.seed),
    machine: `${machine.cpuModel}, ${machine.cores} cores, ${machine.platform} ${machine.arch}`,
    cores: machine.pinnedCores
      ? `services on ${machine.pinnedCores.services}, load on ${machine.pinnedCores.load}`
      : 'not pinned',
    node: machine.node,
  };
  for (const [tool, { version }] of Object.entries(tools)) facts[tool] = version;
  for (const experiment of plan.experiments) {
    for (const [what, value] of Object.entries(loadOf(experiment)))
      facts[`${experiment.name}: ${what}`] = value;
  }
  return facts;
}

function loadOf({ load, faults, tapes, trials, variants }: PlannedExperiment): Record<string, string> {
  const seconds = Math.max(0, ...(tapes[0]?.phases ?? []).map(({ toMs }) => toMs)) / 1000;
  return {
    load: `${threeDigits(load.ratePerSecond)} requests/s of ${load.scenario} for ${exactSeconds(seconds)}`,
    deadline: `${load.deadlineMs} ms, the client gives up after ${load.clientTimeoutMs} ms`,
    fault:
      faults
        .map(
          ({ name, injectAtMs, healAtMs, offers }) =>
            `${name} for ${exactSeconds((healAtMs - injectAtMs) / 1000)}${offers ? `, ${threeDigits(offers.perSecond)} requests/s` : ''}`,
        )
        .join(', ') || 'none',
    trials: String(trials.length),
    ...leavesOf(variants, ''),
  };
}

/** Each value of a configuration under its path, so that a difference is one line and not two configurations. */
function leavesOf(value: unknown, path: string): Record<string, string> {
  if (typeof value !== 'object' || value === null) return { [path]: JSON.stringify(value) };
  const leaves = Object.entries(value).map(([key, inner]) =>
    leavesOf(inner, path === '' ? key : `${path}.${key}`),
  );
  return Object.assign({}, ...leaves);
}

function experimentText(name: string, a: JudgedRun, b: JudgedRun): string[] {
  const [first, second] = [a, b].map(({ verdict }) => verdict.experiments.find((one) => one.name === name));
  if (!first || !second) return [`${name}: only in ${first ? 'A' : 'B'}`];
  const keys = [...new Set([...first.objectives, ...second.objectives].map(keyOf))];
  const rows = keys.map((key) => {
    const of = (all: readonly ObjectiveResult[]) => all.find((result) => keyOf(result) === key);
    return objectiveRow(of(first.objectives), of(second.objectives));
  });
  const head = ['objective (phase)', 'variant', 'target', 'A', '', 'B', '', 'B - A'];
  const told = [...new Set([first, second].flatMap(({ simulation }) => simulation ?? []))];
  return [
    `${name}  A ${first.outcome}, B ${second.outcome}`,
    ...told.map((text) => `  ${text}`),
    ...columns([head, ...rows].map(cells), 2),
  ];
}

function keyOf({ name, variant, phase }: ObjectiveResult): string {
  return JSON.stringify([variant, name, phase]);
}

function objectiveRow(a: ObjectiveResult | undefined, b: ObjectiveResult | undefined): string[] {
  const { name, phase, variant } = (a ?? b)!;
  const targets = [...new Set([a, b].flatMap((result) => (result ? [exactPercent(result.target)] : [])))];
  const shown = (result: ObjectiveResult | undefined) =>
    result ? [percentAgainst(result.ratio, result.target), result.outcome] : [NOTHING, 'not judged'];
  const [from, to] = [a?.ratio ?? null, b?.ratio ?? null];
  return [
    `${name} (${phase})`,
    variant,
    `>= ${targets.join(' | ')}`,
    ...shown(a),
    ...shown(b),
    from === null || to === null ? NOTHING : pointsText(to - from),
  ];
}
