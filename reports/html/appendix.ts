import { fingerprintOf } from '#contract/fingerprint.ts';
import { gibibytes, plural } from '../format.ts';
import { fileSafe } from '../picture.ts';
import type { ReportInput } from '../reporter.ts';
import type { ExperimentView } from '../view.ts';
import { html, type Markup, table } from './markup.ts';

/** What each variant was configured with. */
export function configuration({ plan }: ExperimentView): Markup {
  return html`<h3>Configuration</h3>
${Object.entries(plan.variants).map(
  ([name, variant]) =>
    html`<details><summary>${name}</summary><pre>${JSON.stringify(variant, null, 2)}</pre></details>\n`,
)}`;
}

/** Where the evidence lies, as links that work from the run folder. */
export function files({ plan }: ExperimentView, input: ReportInput, hasPicture: boolean): Markup | '' {
  const facts = input.record.experiments.find(({ name }) => name === plan.name)?.trials ?? [];
  if (facts.length === 0) return '';
  const link = (path: string, text = path) => html`<a href="${encodeURI(path)}">${text}</a>`;
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
  const pinned = machine.pinnedCores
    ? `services on cores ${machine.pinnedCores.services}, load on ${machine.pinnedCores.load}`
    : 'not pinned to cores';
  const priority =
    machine.generatorNiceness === 0 ? '' : `, load generator at niceness ${machine.generatorNiceness}`;
  const facts: [string, string][] = [
    [
      'Machine',
      `${machine.cpuModel}, ${plural(machine.cores, 'core')}, ${gibibytes(machine.memoryBytes)}, ${machine.platform} ${machine.arch}; ${pinned}${priority}; fingerprint ${fingerprintOf(machine).digest}`,
    ],
    [
      'Tools',
      Object.entries(tools)
        .map(([name, { version, source }]) => `${name} ${version} (${source})`)
        .join(', '),
    ],
    ['Node', machine.node],
    ['Command', `${record.command}, profile ${plan.profile}, seed ${record.seed}`],
    ['Request pool', `${plan.pool.name}, ${plural(plan.pool.size, 'key')}, seed ${plan.pool.seed}`],
    [
      'Formats',
      `plan ${plan.schemaVersion}, record ${record.schemaVersion}, verdict ${verdict.schemaVersion}`,
    ],
    ['Run folder', runFolder],
  ];
  return html`<section class="card"><h2>How it was measured</h2>
${terms(facts)}
<p>For programs: <a href="verdict.json">verdict.json</a>, <a href="record.json">record.json</a>,
<a href="plan.json">plan.json</a>; every request of a trial in its
samples.parquet; distributions in <a href="response-times.hlog">response-times.hlog</a> (HdrHistogram).</p></section>`;
}

export function terms(facts: readonly (readonly [string, string])[]): Markup {
  return html`<dl>${facts.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>\n`)}</dl>`;
}
