import { GauntletError } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { PlanRequest } from './request.ts';

/** Rounds of the headline fault: the fewest from which an interval is worth something. */
export const HEADLINE_ROUNDS = 6;
/** Rounds of every other fault: the fewest over which a claim is judged at all. */
const CELL_ROUNDS = 2;
/** Profile full takes so long for an experiment at most, where shorter faults in its cells are enough for that. */
const MOST_SECONDS = 3_600;
/** What a cell's fault lasts where the whole would take longer. */
const SHORT_FAULT_SECONDS = 10;

/** Seconds that services, proxies and generator take to come and go, per trial. */
export const TRIAL_OVERHEAD_SECONDS = 3;

/** One experiment as a plan plays it: whole, or one cell of its matrix of faults. */
export interface Part {
  name: string;
  /** The experiment that it is a cell of; absent for the headline, which is the experiment itself. */
  cellOf?: string;
  request: PlanRequest;
}

/**
 * The parts that a command plays of an experiment: itself, and with profile full every fault but the first as a cell
 * of two rounds. Cells play the fault as long as the experiment says, or 10 s where the whole would take over an hour.
 */
export function partsOf(experiment: Experiment, request: PlanRequest, variants: number): Part[] {
  const whole: Part = { name: experiment.name, request };
  if (request.profile !== 'full' || request.command !== 'compare') return [whole];
  refuseContradictions(experiment, request);
  const [, ...others] = Object.keys(experiment.faults);
  const durationSeconds = request.durationSeconds ?? cellFaultSeconds(experiment, others.length, variants);
  const cells = others.map((fault) => ({
    name: `${experiment.name}@${fault}`,
    cellOf: experiment.name,
    request: { ...request, fault, pairs: CELL_ROUNDS, durationSeconds },
  }));
  return [whole, ...cells];
}

function refuseContradictions({ name }: Experiment, { fault, look }: PlanRequest): void {
  const why =
    fault !== undefined
      ? 'plays every fault, so it takes no --fault'
      : look
        ? 'has a fixed length, so it takes no --extend-until-conclusive'
        : null;
  if (why === null) return;
  throw new GauntletError('not-playable', `Profile 'full' of '${name}' ${why}; --profile standard does.`);
}

function cellFaultSeconds({ load }: Experiment, cells: number, variants: number): number {
  const { warmUp, steady, fault, recovery } = load.seconds;
  const trialSeconds = warmUp + steady + fault + recovery + TRIAL_OVERHEAD_SECONDS;
  const trials = variants * (HEADLINE_ROUNDS + cells * CELL_ROUNDS);
  return trials * trialSeconds <= MOST_SECONDS ? fault : Math.min(fault, SHORT_FAULT_SECONDS);
}
