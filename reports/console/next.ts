import { CANDIDATE } from '#contract/names.ts';
import { experimentOf } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import type { ReportInput } from '../reporter.ts';
import type { ExperimentView } from '../view.ts';
import { metricText } from '../words.ts';

/** What to do after a run that did not pass: one line per experiment that needs it. */
export function nextSteps(
  views: readonly ExperimentView[],
  { plan, record, runFolder }: ReportInput,
): string[] {
  if (record.ended === 'interrupted') return [goOn(record, runFolder)];
  return views
    .filter(({ verdict }) => verdict.outcome !== 'pass')
    .map((view) => {
      const against = againstOption(view);
      const fault = view.plan.cellOf ? ` --fault ${view.plan.faults[0]?.name}` : '';
      const again = `npm run ${record.command} -- ${experimentOf(view.plan)}${fault}${against}`;
      if (view.verdict.outcome === 'invalid') return `mend what the broken rules say, then ${again}`;
      if (isOnlyRegression(view)) return whatChanged(view);
      const failed = onlyFailedClaims(view);
      if (failed[0]) return oneRoundOf(view, failed[0]);
      if (view.verdict.outcome === 'fail' && view.plan.target)
        return "see when it happened in the report's picture, and what the server logged then";
      if (view.verdict.outcome === 'fail')
        return `see when it happened in the report's picture; the logs lie in ${runFolder}/${logFolder(view, record)}`;
      return isOpenAgainstPin(view)
        ? 'do what stands under the table, then npm run gate'
        : moreEvidence(view, again, record.command, plan.look !== null);
    });
}

function againstOption({ plan: { against } }: ExperimentView): string {
  if (!against) return '';
  return 'url' in against ? ` --against-target ${against.url}` : ` --against ${against.ref}`;
}

/** A run of which something was played can be gone on with; a calibration is too short for it to be worth it. */
function goOn({ command, runId, experiments, arguments: typed = [] }: RunRecord, runFolder: string): string {
  const begin = `npm run ${command}`;
  const isBegun = experiments.some(({ trials }) => trials.length > 0);
  if (!isBegun || command === 'calibrate')
    return `play it to its end: ${[begin, ...(typed.length > 0 ? ['--', ...typed] : [])].join(' ')}`;
  // By its name alone a run is found where runs usually are.
  const run = runFolder.endsWith(`/reports/runs/${runId}`) ? runId : runFolder;
  return `play what is missing: ${begin} -- --resume ${run}`;
}

function isOnlyRegression(view: ExperimentView): boolean {
  return !missesObjective(view) && view.verdict.regressions.some(({ outcome }) => outcome === 'regression');
}

function missesObjective({ verdict }: ExperimentView): boolean {
  return verdict.objectives.some(({ variant, outcome }) => variant === CANDIDATE && outcome === 'fail');
}

/** Claims that failed where every objective was kept; an expected loss that did not come is none. */
function onlyFailedClaims(view: ExperimentView): ClaimResult[] {
  if (missesObjective(view)) return [];
  return view.verdict.claims.filter(({ kind, outcome }) => kind !== 'loss' && outcome === 'fail');
}

/** A claim fails over all rounds together, so one of them shows what there is to see. */
function oneRoundOf({ plan }: ExperimentView, { name, metric, against }: ClaimResult): string {
  const fault = plan.faults[0];
  const again = fault
    ? `npm run chaos -- ${plan.name} --fault ${fault.name}`
    : `npm run loadtest -- ${plan.name}`;
  return `'${name}' failed: see ${metricText(metric)} of candidate and ${against} in the report's trials, then one round alone, with its picture: ${again}`;
}

/** More load would not help: something is missing beside the run. */
function isOpenAgainstPin({ verdict, plan }: ExperimentView): boolean {
  return !plan.against && verdict.regressions.some(({ outcome }) => outcome === 'inconclusive');
}

function whatChanged({ plan }: ExperimentView): string {
  if (plan.against && 'url' in plan.against)
    return `see in the report when the one is slower than the server at ${plan.against.url}, and what its log says then`;
  if (plan.against) return `see what changed since: git diff ${plan.against.commit.slice(0, 7)} -- sut`;
  const other = plan.target ? '--against-target URL' : '--against COMMIT';
  return `see whether it was the code, side by side: npm run compare -- ${plan.name} ${other}`;
}

function logFolder({ verdict }: ExperimentView, record: RunRecord): string {
  const trials = record.experiments.find(({ name }) => name === verdict.name)?.trials ?? [];
  const own = trials.find(({ variant }) => variant === CANDIDATE);
  return own ? own.samplesFile.replace(/[^/]*$/, 'services') : 'trials';
}

/** Only steady requests settle an objective over requests, and pairs a claim; a longer fault is still one fault. */
function moreEvidence(
  { verdict, plan }: ExperimentView,
  again: string,
  command: string,
  isExtended: boolean,
): string {
  const open = verdict.objectives.filter(
    ({ variant, outcome }) => variant === CANDIDATE && outcome === 'inconclusive',
  );
  const needsPairs = open.length === 0 && verdict.claims.some(({ outcome }) => outcome === 'inconclusive');
  if (command === 'compare' && needsPairs && !isExtended)
    return `play until it is settled, in four looks at most: ${again} --extend-until-conclusive`;
  const byRequests = open.some(({ unit, phase }) => unit === 'request' && phase === 'steady');
  const steady = plan.tapes[0]?.phases.find(({ phase }) => phase === 'steady');
  if (command !== 'loadtest' || !byRequests || !steady) return `read the advice above, then ${again}`;
  return `gather more evidence: ${again} --duration ${Math.ceil((steady.toMs - steady.fromMs) / 500)}`;
}
