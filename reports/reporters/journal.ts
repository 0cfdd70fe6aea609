import { CANDIDATE } from '#contract/names.ts';
import { simulationPart } from '#contract/simulation.ts';
import type { ObjectiveResult } from '#contract/verdict.ts';
import { plural } from '../format.ts';
import {
  type ActivityResult,
  instant,
  methodOf,
  objectiveProbe,
  type Played,
  rollbacksOf,
} from '../journal/activities.ts';
import { fileSafe } from '../picture.ts';
import type { Reporter, ReportInput } from '../reporter.ts';
import { sentenceOf } from '../sentence.ts';
import { tapeEndMs } from '../series.ts';
import { type ExperimentView, viewExperiments } from '../view.ts';

/** The version of Chaos Toolkit's library whose format this is; its readers choose their template by it. */
const FORMAT_VERSION = '1.44.0';

/** `journal.json`, for what reads Chaos Toolkit's journals; one file an experiment where there are several. */
export const journal: Reporter = (input) => {
  const views = viewExperiments(input);
  const files = views.map((view) => [
    views.length === 1 ? 'journal.json' : `journal-${fileSafe(view.plan.name)}.json`,
    `${JSON.stringify(journalOf(view, input), null, 2)}\n`,
  ]);
  return { files: Object.fromEntries(files) };
};

function journalOf(view: ExperimentView, { record, verdict, plan }: ReportInput) {
  const { machine, command, runId, seed } = record;
  const probes = hypothesis(view, command);
  const method = methodOf(view, command);
  const rollbacks = rollbacksOf(view, command);
  const [startMs, endMs] = spanOf(view, record);
  return {
    'chaoslib-version': FORMAT_VERSION,
    platform: `${machine.platform} ${machine.arch}, Node ${machine.node}`,
    node: `${machine.cpuModel}, ${plural(machine.cores, 'core')}`,
    experiment: {
      version: '1.0.0',
      title: view.plan.question,
      description: sentenceOf(view),
      tags: ['gauntlet', view.plan.name, ...(view.plan.pattern === null ? [] : [view.plan.pattern])],
      extensions: [
        {
          name: 'gauntlet',
          runId,
          command,
          profile: plan.profile,
          seed,
          outcome: view.verdict.outcome,
          exitCode: verdict.exitCode,
          ...simulationPart(view.plan),
        },
      ],
      'steady-state-hypothesis': {
        title: 'The candidate keeps its objectives',
        probes: [...probes.before, ...probes.after].map(({ activity }) => activity),
      },
      method: method.map(({ activity }) => activity),
      rollbacks: rollbacks.map(({ activity }) => activity),
    },
    start: instant(startMs),
    end: instant(endMs),
    duration: (endMs - startMs) / 1000,
    status: statusOf(view, record),
    deviated: view.verdict.outcome === 'fail',
    steady_states: { before: stateOf(probes.before), after: stateOf(probes.after), during: [] },
    run: method.flatMap(resultOf),
    rollbacks: rollbacks.flatMap(resultOf),
  };
}

function resultOf({ result }: Played): ActivityResult[] {
  return result ? [result] : [];
}

/** Steady objectives stand before the fault, all others after it; without a fault the load itself is the method. */
function hypothesis(view: ExperimentView, command: string): { before: Played[]; after: Played[] } {
  const isBefore = ({ phase }: ObjectiveResult) =>
    view.plan.faults.length > 0 && (phase === 'steady' || phase === 'warm-up');
  const own = view.verdict.objectives.filter(({ variant }) => variant === CANDIDATE);
  const probe = (result: ObjectiveResult) => objectiveProbe(view, result, command);
  return {
    before: own.filter(isBefore).map(probe),
    after: own.filter((result) => !isBefore(result)).map(probe),
  };
}

/** Null where it was not looked at, as Chaos Toolkit writes it. */
function stateOf(probes: readonly Played[]) {
  const results = probes.flatMap(resultOf);
  if (results.length === 0) return null;
  const met =
    results.length === probes.length && results.every(({ tolerance_met }) => tolerance_met === true);
  return { steady_state_met: met, probes: results };
}

/** `failed` is Chaos Toolkit's word for a deviation and for an experiment that broke; `completed` says nothing of either. */
function statusOf({ plan, verdict }: ExperimentView, record: ReportInput['record']): string {
  const trials = record.experiments.find(({ name }) => name === plan.name)?.trials ?? [];
  const complete = trials.length === plan.trials.length && trials.every(({ ended }) => ended === 'completed');
  if (!complete && record.ended !== 'completed') return record.ended;
  return verdict.outcome === 'fail' || verdict.outcome === 'invalid' ? 'failed' : 'completed';
}

/** From the first load to the end of the last; the whole run where none was played. */
function spanOf({ trials }: ExperimentView, record: ReportInput['record']): [number, number] {
  const starts = trials.map(({ facts }) => facts.t0 ?? 0);
  if (starts.length === 0) return [Date.parse(record.startedAt), Date.parse(record.endedAt)];
  const ends = trials.map((trial, i) => starts[i]! + tapeEndMs(trial));
  return [Math.min(...starts), Math.max(...ends)];
}
