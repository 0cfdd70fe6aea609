import { EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { ClaimResult, ObjectiveResult, RegressionResult, Validity } from '#contract/verdict.ts';
import { type Element, element, xmlDocument } from '../junit/xml.ts';
import { regressionLine } from '../regressions.ts';
import type { Reporter, ReportInput } from '../reporter.ts';
import { sentenceOf } from '../sentence.ts';
import { tapeEndMs } from '../series.ts';
import { type ExperimentView, viewExperiments } from '../view.ts';
import { claimLine, objectiveText } from '../words.ts';

/**
 * `junit.xml`, for CI systems: one suite an experiment, one test case an objective of the candidate, a claim and a metric.
 * What missed its target, or became worse, is a failure; what could not be judged, inconclusive or invalid, is an error.
 */
export const junit: Reporter = (input) => {
  const { record, verdict } = input;
  const suites = viewExperiments(input).map(suiteOf);
  const silent =
    verdict.exitCode !== 0 && suites.every(({ cases }) => cases.every(({ bad }) => bad === null));
  const all = silent ? [...suites, exitSuite(input)] : suites;
  const seconds = (Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000;
  const root = element(
    'testsuites',
    {
      name: `gauntlet ${record.command} ${record.runId}`,
      ...countsOf(all.flatMap(({ cases }) => cases)),
      time: timeOf(seconds),
    },
    all.map(suiteElement),
  );
  return { files: { 'junit.xml': xmlDocument(root) } };
};

interface Case {
  name: string;
  /** Null for a pass. */
  bad: { tag: 'failure' | 'error'; type: string; advice: string } | null;
  /** The numbers. */
  text: string;
}

interface Suite {
  name: string;
  /** Property → value. */
  properties?: Record<string, string>;
  seconds: number;
  cases: Case[];
}

function suiteOf(view: ExperimentView): Suite {
  const { plan, verdict, trials } = view;
  const cases = [
    ...verdict.objectives.filter(({ variant }) => variant === CANDIDATE).map(objectiveCase),
    ...verdict.claims.map(claimCase),
    ...verdict.regressions.map(regressionCase),
  ];
  // Objectives that were kept in a run that proves nothing must not look like a pass.
  const untold = verdict.outcome !== 'pass' && cases.every(({ bad }) => bad === null);
  const needsVerdict = verdict.outcome === 'invalid' || untold;
  const seconds = trials.reduce((sum, trial) => sum + tapeEndMs(trial) / 1000, 0);
  const { simulation } = verdict;
  const properties: Record<string, string> = simulation === undefined ? {} : { simulation };
  return {
    name: plan.name,
    properties,
    seconds,
    cases: needsVerdict ? [...cases, verdictCase(view)] : cases,
  };
}

function objectiveCase(result: ObjectiveResult): Case {
  const { name, outcome, advice, scope } = result;
  const bad = badness(outcome, advice);
  const more = [advice, scope].filter((text) => text !== '').join('; ');
  return { name, bad, text: withAdvice(objectiveText(result), bad ? '' : more) };
}

function claimCase(result: ClaimResult): Case {
  const { name, kind, against, outcome, advice } = result;
  // Observed once: shown, not judged. An expected loss that is lost is no failure.
  const passes = outcome === 'observed' || (kind === 'loss' && outcome === 'fail');
  return {
    name: `${name} (${kind} against ${against})`,
    bad: passes ? null : badness(outcome, advice),
    text: withAdvice(claimLine(result), passes ? advice : ''),
  };
}

function regressionCase(result: RegressionResult): Case {
  const { metric, against, outcome, advice } = result;
  const bad =
    outcome === 'pass'
      ? null
      : ({ tag: outcome === 'regression' ? 'failure' : 'error', type: outcome, advice } as const);
  return {
    name: `${metric} (against ${against})`,
    bad,
    text: withAdvice(regressionLine(result), bad ? '' : advice),
  };
}

function withAdvice(text: string, advice: string): string {
  return advice === '' ? text : `${text}; ${advice}`;
}

function badness(outcome: ObjectiveResult['outcome'], advice: string): Case['bad'] {
  if (outcome === 'pass') return null;
  return { tag: outcome === 'fail' ? 'failure' : 'error', type: outcome, advice };
}

function verdictCase(view: ExperimentView): Case {
  const { outcome, validity } = view.verdict;
  const broken = validity.filter(({ variant, held }) => variant === CANDIDATE && !held);
  return {
    name: 'verdict',
    bad: { tag: 'error', type: outcome, advice: broken.map(brokenText).join('\n') },
    text: sentenceOf(view),
  };
}

function brokenText({ rule, trial, observed, advice }: Validity): string {
  return `${rule} broken in ${trial}: ${observed}. ${advice}`;
}

/** For what went wrong beside every objective, such as a heal that failed on a baseline. */
function exitSuite({ record, verdict }: ReportInput): Suite {
  const errors = record.experiments.flatMap(({ trials }) =>
    trials.flatMap(({ id, error }) => (error ? [`${id}: ${error.message}`] : [])),
  );
  const text = `exit ${verdict.exitCode}: ${EXIT_MEANING[verdict.exitCode as ExitCode] ?? 'unknown'}`;
  return {
    name: 'run',
    seconds: 0,
    cases: [{ name: 'exit code', bad: { tag: 'error', type: 'exit', advice: errors.join('\n') }, text }],
  };
}

function suiteElement({ name, properties = {}, seconds, cases }: Suite): Element {
  const attributes = { name, ...countsOf(cases), time: timeOf(seconds) };
  const all = Object.entries(properties).map(([key, value]) => element('property', { name: key, value }));
  return element('testsuite', attributes, [
    ...(all.length === 0 ? [] : [element('properties', {}, all)]),
    ...cases.map((one) => caseElement(name, one)),
  ]);
}

function caseElement(classname: string, { name, bad, text }: Case): Element {
  const body = bad
    ? element(bad.tag, { message: text, type: bad.type }, bad.advice === '' ? [] : [bad.advice])
    : element('system-out', {}, [text]);
  // An objective takes no time of its own, and some readers demand the attribute.
  return element('testcase', { classname, name, time: timeOf(0) }, [body]);
}

function countsOf(cases: readonly Case[]) {
  const having = (tag: 'failure' | 'error') => cases.filter(({ bad }) => bad?.tag === tag).length;
  return { tests: cases.length, failures: having('failure'), errors: having('error'), skipped: 0 };
}

function timeOf(seconds: number): string {
  return (Number.isFinite(seconds) ? Math.max(0, seconds) : 0).toFixed(3);
}
