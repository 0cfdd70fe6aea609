import { plural } from '../format.ts';
import { fileSafe } from '../picture.ts';
import type { ReportInput } from '../reporter.ts';
import type { ExperimentView } from '../view.ts';
import { againLines, codeText, machineText, resumedText } from '../words.ts';
import { html, type Markup, table } from './markup.ts';

/** What each variant was configured with. */
export function configuration({ plan }: ExperimentView): Markup {
  if (plan.target)
    return html`<h3>Target</h3>
<pre tabindex="0" aria-label="Target">${JSON.stringify(plan.target, null, 2)}</pre>
`;
  return html`<h3>Configuration</h3>
${Object.entries(plan.variants).map(
  ([name, variant]) =>
    html`<details><summary>${name}</summary><pre tabindex="0" aria-label="Configuration of ${name}">${JSON.stringify(variant, null, 2)}</pre></details>\n`,
)}`;
}

/** Where the evidence lies, as links that work from the run folder. */
export function files({ plan }: ExperimentView, input: ReportInput, hasPicture: boolean): Markup | '' {
  const facts = input.record.experiments.find(({ name }) => name === plan.name)?.trials ?? [];
  if (facts.length === 0) return '';
  const link = (path: string, text = path) => html`<a href="./${encodeURI(path)}">${text}</a>`;
  const picture = timelineFile(plan.name);
  return html`<h3>Files</h3>
${hasPicture && html`<p>${link(picture)}: the picture above</p>`}
${table(
  'Relative to the run folder.',
  ['Trial', 'Ended', 'Samples', 'Logs'],
  facts.map(({ id, ended, error, samplesFile }) => [
    id,
    error ? `${ended}: ${error.message}` : ended,
    link(samplesFile),
    link(samplesFile.replace(/[^/]*$/, '')),
  ]),
)}`;
}

export function timelineFile(experiment: string): string {
  return `timeline-${fileSafe(experiment)}.svg`;
}

/** What it ran on and with; the same for all experiments of a run. */
export function provenance({ plan, record, verdict, runFolder }: ReportInput): Markup {
  const { machine, tools } = record;
  const facts: [string, string][] = [
    ['Machine', machineText(machine)],
    [
      'Tools',
      Object.entries(tools)
        .map(([name, { version, source }]) => `${name} ${version} (${source})`)
        .join(', '),
    ],
    ['Node', machine.node],
    ['Code', codeText(record)],
    ['Command', `${record.command}, profile ${plan.profile}, seed ${record.seed}`],
    ['Request pool', `${plan.pool.name}, ${plural(plan.pool.size, 'key')}, seed ${plan.pool.seed}`],
    [
      'Formats',
      `plan ${plan.schemaVersion}, record ${record.schemaVersion}, verdict ${verdict.schemaVersion}`,
    ],
    ['Run folder', runFolder],
    ...(record.resumed ? [['Resumed', resumedText(record)] as [string, string]] : []),
  ];
  return html`<section class="card"><h2>How to reproduce it</h2>
<pre tabindex="0" aria-label="Commands">${againLines(record).join('\n')}</pre>
<p>The same seed plans the same requests at the same instants, on the machine and with the tools below; times of another machine are its own. From the run folder, without running anything: <code>npm run judge -- ${record.runId}</code> judges it again, <code>npm run report -- ${record.runId}</code> renders it again.</p>
<h3>How it was measured</h3>
${terms(facts)}
<p>For programs: <a href="verdict.json">verdict.json</a>, <a href="record.json">record.json</a>,
<a href="plan.json">plan.json</a>; every request of a trial in its
samples.parquet; distributions in <a href="response-times.hlog">response-times.hlog</a> (HdrHistogram).</p></section>`;
}

export function terms(facts: readonly (readonly [string, string])[]): Markup {
  return html`<dl>${facts.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>\n`)}</dl>`;
}
