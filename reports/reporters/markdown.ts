import { EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import { CANDIDATE } from '#contract/names.ts';
import { alertsCaption, RANG_HEAD, rangRows } from '../alert-words.ts';
import { budgetColumns, budgetRows, spentText } from '../budget-words.ts';
import { backlogTexts } from '../fault-words.ts';
import { count, exactPercent, intervalText, NOTHING, percentAgainst, plural, seconds } from '../format.ts';
import { scoreboard } from '../markdown/scoreboard.ts';
import { plain, table } from '../markdown/text.ts';
import { regressionAdvice, regressionGroups, regressionText } from '../regressions.ts';
import type { Reporter, ReportInput } from '../reporter.ts';
import { scopesOf } from '../scope.ts';
import { scoresOf } from '../scoreboard/scores.ts';
import { sentenceOf } from '../sentence.ts';
import { type ExperimentView, variantNames, viewExperiments } from '../view.ts';
import { CLAIM_KIND, claimText, disturbedText, ENDED_TEXT, resumedText } from '../words.ts';

/** `report.md`, for a pull request or a job summary: GitHub-flavoured, without pictures. */
export const markdown: Reporter = (input) => {
  const parts = [
    ...head(input),
    ...scoreboard(scoresOf(input.plan, input.verdict)),
    ...viewExperiments(input).flatMap(experiment),
  ];
  return { files: { 'report.md': `${parts.join('\n\n')}\n` } };
};

/** Paragraphs and tables; those that have nothing to say are left out. */
function head({ record, verdict }: ReportInput): string[] {
  const meaning = EXIT_MEANING[verdict.exitCode as ExitCode] ?? 'unknown';
  const ended = ENDED_TEXT[record.ended];
  return [
    `# Gauntlet ${plain(record.command)}: ${verdict.outcome}`,
    `Run ${plain(record.runId)}, started ${plain(record.startedAt)}, seed ${record.seed}; exit code ${verdict.exitCode}: ${plain(meaning)}.`,
    ...(record.resumed ? [plain(resumedText(record))] : []),
    ...(ended === null ? [] : [`> **${ended}** What was not played is missing below.`]),
  ];
}

function experiment(view: ExperimentView): string[] {
  const { plan, verdict, disturbed } = view;
  return [
    `## ${plain(plan.name)}: ${verdict.outcome}`,
    `**${plain(sentenceOf(view))}**`,
    `Question: ${plain(plan.question)}`,
    ...section('Objectives of the candidate', objectives(view)),
    ...scopesOf(view).map(plain),
    ...section('Beside the baselines', sideBySide(view)),
    ...regressionSections(view),
    ...section('Claims', claims(view)),
    ...section('Faults', faults(view)),
    ...section('Error budgets', budgets(view)),
    ...section('Burn-rate alerts', alerts(view)),
    ...section('Broken validity rules', brokenRules(view)),
    validityCount(view),
    ...(disturbed.length > 0 ? [`Played again: ${plain(disturbedText(disturbed))}.`] : []),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, lines.join('\n')];
}

function objectives({ verdict }: ExperimentView): string[] {
  const own = verdict.objectives.filter(({ variant }) => variant === CANDIDATE);
  return table(
    ['Objective', 'Phase', 'Good / total', 'Share', 'Target', '95 % interval', 'Outcome', 'What to do'],
    own.map(({ name, phase, good, total, ratio, target, interval, outcome, advice }) => [
      name,
      phase,
      `${count(good)} / ${count(total)}`,
      percentAgainst(ratio, target),
      `≥ ${exactPercent(target)}`,
      intervalText(interval),
      outcome,
      advice,
    ]),
    ['Good / total', 'Share', 'Target', '95 % interval'],
  );
}

/** Every variant beside the candidate; only the candidate's column counts. */
function sideBySide(view: ExperimentView): string[] {
  const variants = variantNames(view);
  if (variants.length < 2) return [];
  const { objectives: all } = view.verdict;
  const own = all.filter(({ variant }) => variant === CANDIDATE);
  return table(
    ['Objective', ...variants],
    own.map(({ name }) => [
      name,
      ...variants.map((variant) => {
        const result = all.find((one) => one.variant === variant && one.name === name);
        return result ? `${percentAgainst(result.ratio, result.target)} ${result.outcome}` : NOTHING;
      }),
    ]),
  );
}

function regressionSections(view: ExperimentView): string[] {
  return regressionGroups(view).flatMap(({ against, results }) => [
    ...section(
      `Against ${plain(against)}`,
      table(
        ['Metric', 'Before', 'Now', 'Change', '95 % interval', 'Allowed', 'Outcome'],
        results.map((result) => {
          const text = regressionText(result);
          return [text.metric, text.before, text.now, text.effect, text.interval, text.allowed, text.outcome];
        }),
        ['Before', 'Now', 'Change', '95 % interval', 'Allowed'],
      ),
    ),
    ...regressionAdvice(results).map(plain),
  ]);
}

function claims({ verdict }: ExperimentView): string[] {
  return table(
    [
      'Claim',
      'Kind',
      'Metric',
      'Candidate',
      'Baseline',
      'Against',
      'Effect',
      '95 % interval',
      'Wanted',
      'Judged',
    ],
    verdict.claims.map((result) => {
      const text = claimText(result);
      return [
        result.name,
        CLAIM_KIND[result.kind],
        text.keys ? `${text.metric} (${text.keys})` : text.metric,
        text.candidate,
        text.baseline,
        result.against,
        text.effect,
        text.interval,
        text.wanted,
        `${text.judged} ${result.advice}`,
      ];
    }),
    ['Candidate', 'Baseline', 'Effect', '95 % interval'],
  );
}

function faults({ verdict }: ExperimentView): string[] {
  return table(
    ['Fault', 'Trial', 'It bit', 'Seen in the system', 'Noticed after', 'Well again after', 'State'],
    verdict.faults.map(({ name, trial, bite, recovery }) => [
      name,
      trial,
      bite.held ? 'yes' : 'no',
      bite.observed,
      seconds(recovery.detectSeconds),
      seconds(recovery.recoverSeconds),
      recovery.state,
    ]),
    ['Noticed after', 'Well again after'],
  ).concat(backlogTexts(verdict.faults).flatMap((text) => ['', plain(text)]));
}

/** 100 % is all that a target allows. */
function budgets(view: ExperimentView): string[] {
  const columns = budgetColumns(view);
  const heads = columns.map(({ head }) => head);
  return table(
    ['Variant', 'Objective', ...heads],
    variantNames(view).flatMap((variant) =>
      budgetRows(view, variant).map(([objective, own]) => [
        variant,
        objective,
        ...columns.map(({ of }) => {
          const budget = of(own);
          return budget ? `${spentText(budget)}${budget.judged ? '' : ' (not judged)'}` : '';
        }),
      ]),
    ),
    heads,
  );
}

function alerts(view: ExperimentView): string[] {
  const [any] = view.verdict.alerts;
  if (!any) return [];
  const rows = table(RANG_HEAD, rangRows(view), ['After the inject', 'Rang']);
  return rows.length === 0
    ? [plain(`${alertsCaption(any)} None would have rung.`)]
    : [...rows, '', plain(alertsCaption(any))];
}

function brokenRules({ verdict }: ExperimentView): string[] {
  const broken = verdict.validity.filter(({ held }) => !held);
  return table(
    ['Rule', 'Trial', 'Observed', 'What to do'],
    broken.map(({ rule, trial, variant, observed, advice }) => [
      rule,
      variant === CANDIDATE ? trial : `${trial} (a baseline, not counted)`,
      observed,
      advice,
    ]),
  );
}

function validityCount({ verdict }: ExperimentView): string {
  const held = verdict.validity.filter((rule) => rule.held).length;
  return `${count(held)} of ${plural(verdict.validity.length, 'validity check')} held.`;
}
