import { availableParallelism, cpus, platform, totalmem } from 'node:os';
import { quantile } from '#slo/statistics/quantile.ts';
import { ACCIDENTS, type AccidentName, type CellResult, NAMED_WITHIN_MS } from './cells.ts';
import { HEALED_WITHIN_MS, type Killed } from './kills.ts';
import { FAULTS, PHASE_NAMES } from './phases.ts';

export interface TortureResult {
  seed: number;
  startedAt: Date;
  minutes: number;
  killed: Killed[];
  cells: CellResult[];
}

/** The last words on the console. */
export function consoleText({ killed, cells, minutes }: TortureResult): string {
  const bad = [...killed, ...cells].filter(({ problems }) => problems.length > 0).length;
  const parts = [
    ...(killed.length > 0 ? [killsSentence(killed)] : []),
    ...(cells.length > 0 ? [cellsSentence(cells)] : []),
  ];
  return [
    ...parts,
    `${minutes.toFixed(1)} minutes, ${bad === 0 ? 'no problem' : `${bad} with problems`}.`,
  ].join('\n');
}

function killsSentence(killed: readonly Killed[]): string {
  const healed = killed.map(({ healedMs }) => healedMs);
  const active = killed.filter(({ faultActive }) => faultActive).length;
  const late = healed.filter((ms) => ms > HEALED_WITHIN_MS).length;
  return (
    `${killed.length} SIGKILLs of the harness, ${active} with the fault active by the record that it left: ` +
    `all gone after ${quantile(healed, 0.5)} ms in the median, ${Math.max(...healed)} ms at most; ` +
    `${late} later than ${HEALED_WITHIN_MS / 1000} s.`
  );
}

function cellsSentence(cells: readonly CellResult[]): string {
  const right = cells.filter(({ problems }) => problems.length === 0).length;
  const slowest = Math.max(...cells.map(({ namedMs }) => namedMs));
  return (
    `${cells.length} accidents, one of each kind in each phase: ${right} ended with the right name and exit code; ` +
    `the slowest took ${slowest} ms, ${NAMED_WITHIN_MS / 1000} s were allowed.`
  );
}

/** docs/torture.md. */
export function pageOf(result: TortureResult): string {
  const { seed, startedAt, minutes, killed, cells } = result;
  const [cpu] = cpus();
  return `# What the harness survives

Written by \`npm run torture -- --kills ${killed.length} --seed ${seed} --write\` on ${startedAt.toISOString().slice(0, 10)}: ${minutes.toFixed(0)} minutes on ${platform()}, ${availableParallelism()} cores (${cpu?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}.

## SIGKILL of the harness

A short chaos run (12 s of timeline) is killed at a seeded random moment, every other time while its fault is active. Healed means: no process, port or toxic of it is left, nothing is stopped, and the next run may start. The run folder that is left must read and judge as an interrupted run. After each kill the system is started and its first answer checked; after every tenth a whole run is played and must pass (tried up to three times, since a neighbour's work can cost a run an objective, and a trace of the kill would cost each try).

${killed.length === 0 ? 'None in this run.' : `${killsSentence(killed)}\n\n${killsTable(killed)}\n\n${faultsTable(killed)}`}

## Accidents in each phase

One of the programs is killed, or the run folder's file system is filled up or made read-only. The command must end by itself, healed, with the outcome's name and exit code, within ${NAMED_WITHIN_MS / 1000} s. The table has the seconds that it took.

${cells.length === 0 ? 'None in this run.' : `${cellsSentence(cells)}\n\n${cellsTable(cells)}`}

## Problems

${problemsList(result)}
`;
}

function killsTable(killed: readonly Killed[]): string {
  return tableOf(
    ['killed in', 'times', 'fault active', 'healed, median', 'healed, slowest', 'problems'],
    PHASE_NAMES.map((phase) => [phase, ...rowOf(killed.filter((one) => one.phase === phase))]),
  );
}

function faultsTable(killed: readonly Killed[]): string {
  return tableOf(
    ['fault of the run', 'times', 'fault active', 'healed, median', 'healed, slowest', 'problems'],
    FAULTS.map((fault) => [fault, ...rowOf(killed.filter((one) => one.fault === fault))]),
  );
}

function rowOf(killed: readonly Killed[]): string[] {
  const healed = killed.map(({ healedMs }) => healedMs);
  return [
    String(killed.length),
    String(killed.filter(({ faultActive }) => faultActive).length),
    healed.length === 0 ? '–' : `${quantile(healed, 0.5)} ms`,
    healed.length === 0 ? '–' : `${Math.max(...healed)} ms`,
    String(killed.filter(({ problems }) => problems.length > 0).length),
  ];
}

function cellsTable(cells: readonly CellResult[]): string {
  const timeOf = (accident: AccidentName, phase: string) => {
    const found = cells.find((cell) => cell.accident === accident && cell.phase === phase);
    if (!found) return 'not played';
    return `${(found.namedMs / 1000).toFixed(1)}${found.problems.length > 0 ? ' PROBLEM' : ''}`;
  };
  return tableOf(
    ['accident', 'exit code', ...PHASE_NAMES],
    (Object.keys(ACCIDENTS) as AccidentName[]).map((accident) => [
      accident,
      String(ACCIDENTS[accident].exitCode),
      ...PHASE_NAMES.map((phase) => timeOf(accident, phase)),
    ]),
  );
}

function problemsList({ killed, cells }: TortureResult): string {
  const lines = [
    ...killed.flatMap(({ number, phase, problems }) =>
      problems.map((problem) => `- kill ${number}, in ${phase}: ${problem}`),
    ),
    ...cells.flatMap(({ accident, phase, problems }) =>
      problems.map((problem) => `- ${accident} in ${phase}: ${problem}`),
    ),
  ];
  return lines.length === 0 ? 'None.' : lines.join('\n');
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
