// What else keeps the machine busy, and whether that is worth a word before a run.

/**
 * The share of the cores that others may use before it is said. Services have one half of the cores, the load the
 * other, and the breaker's rate is 0.6 of what this holds: 0.4 of a half is spare, which is a fifth of all. Beyond it,
 * others that happen to sit on one half take what is being measured; experiments that ask for more have less to spare.
 */
const MOST_BY_OTHERS = 0.2;
/** k6, two services with a model each, Toxiproxy and the harness together. */
export const LEAST_MEMORY_BYTES = 2 ** 30;
/** Cores that a process must use to be named, and how many are. */
const WORTH_NAMING = 0.05;
const MOST_NAMED = 3;

/** What the cores did until an instant, in any one unit of time. */
export interface CpuTimes {
  /** How many cores these are: those that this process may use. */
  cores: number;
  /** All that has passed on them, idle or not. */
  total: number;
  /** That of it in which they worked, for whomever. */
  busy: number;
  /** Work of this process and of those that it started. */
  own: number;
  /** Work of each other process; empty where they can't be seen. */
  others: ReadonlyMap<number, { name: string; busy: number }>;
}

/** Someone else's process and how many cores it keeps busy. */
export interface BusyProcess {
  pid: number;
  name: string;
  cores: number;
}

/** How busy others keep the machine. */
export interface MachineLoad {
  cores: number;
  /** How many of the cores others keep busy, on the average; null where it can't be seen. */
  others: number | null;
  /** The busiest of them first. */
  busiest: BusyProcess[];
  availableBytes: number;
}

/** What happened between two instants. */
export function loadBetween(before: CpuTimes, after: CpuTimes): Pick<MachineLoad, 'others' | 'busiest'> {
  const oneCore = (after.total - before.total) / after.cores;
  if (!(oneCore > 0)) return { others: null, busiest: [] };
  const others = (after.busy - before.busy - (after.own - before.own)) / oneCore;
  const busiest = [...after.others]
    .map(([pid, { name, busy }]) => ({
      pid,
      name,
      cores: (busy - (before.others.get(pid)?.busy ?? 0)) / oneCore,
    }))
    .filter(({ cores }) => cores >= WORTH_NAMING)
    .sort((a, b) => b.cores - a.cores)
    .slice(0, MOST_NAMED);
  return { others: Math.min(Math.max(others, 0), after.cores), busiest };
}

/** Whether so much else goes on that a run would show it. */
export function isBusy({ others, cores }: MachineLoad): boolean {
  return others !== null && others > MOST_BY_OTHERS * cores;
}

/** `others use 1.04 of 2 cores (burner 1.01, process 4711)`. */
export function othersText({ others, cores, busiest }: MachineLoad): string {
  if (others === null) return 'how busy others keep the cores can not be seen here';
  const named = busiest.map((one) => `${one.name} ${one.cores.toFixed(2)}, process ${one.pid}`);
  const who = named.length > 0 ? ` (${named.join('; ')})` : '';
  return `others use ${others.toFixed(2)} of ${cores} cores${who}`;
}

/** What is to be said before a run starts, one sentence each. */
export function loadWarnings(load: MachineLoad): string[] {
  const warnings: string[] = [];
  if (isBusy(load)) {
    warnings.push(
      `The machine is busy: ${othersText(load)}, so results may be disturbed; a trial that measurably is gets ` +
        'played again, and ends invalid where that does not help.',
    );
  }
  if (load.availableBytes < LEAST_MEMORY_BYTES) {
    warnings.push(
      `Memory is short: ${gibibytes(load.availableBytes)} available, and a run wants ` +
        `${gibibytes(LEAST_MEMORY_BYTES)}, so results may be disturbed or a process may be killed.`,
    );
  }
  return warnings;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
