import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SAMPLE_COLUMNS } from '../harness/samples-parquet.ts';

/** Files of a run folder, relative to it. */
const FILES: readonly (readonly [string, string])[] = [
  [
    'plan.json',
    'what was going to happen: variants, tapes, faults, objectives, claims (`harness/contract/plan.ts`)',
  ],
  [
    'record.json',
    'what happened, without judgement, and the seal: SHA-256 of plan, samples and itself (`harness/contract/record.ts`)',
  ],
  [
    'verdict.json',
    'the judgement, and under `experiments[].figures` what the reports show beside it (`harness/contract/verdict.ts`, `figures.ts`)',
  ],
  ['trials/EXPERIMENT/TRIAL/samples.parquet', 'every request of a trial, one row each; columns below'],
  [
    'response-times.hlog',
    "response times in microseconds as HdrHistograms to three digits, one a trial and phase, tagged `experiment.trial.phase`, in the log format 1.3 that HdrHistogram's own tools read",
  ],
  ['trials/EXPERIMENT/TRIAL/load.json', 'what the load generator was given: tape, requests, right answers'],
  [
    'trials/EXPERIMENT/TRIAL/services/',
    'configuration and log of each service; `npm run sut -- --config FILE` starts one again',
  ],
  [
    'report.html, report.md, junit.xml, journal.json, timeline-EXPERIMENT.svg',
    'renderings; `npm run report -- RUN` makes them again',
  ],
];

/** docs/evidence.md: what a run leaves, and how others read it. */
export async function evidencePage(): Promise<string> {
  return `# What a run leaves

Made by \`npm run docs\` from the code that writes it. All of a run lies in \`reports/runs/<id>/\`, so that it can be judged again (\`npm run judge\`), rendered again (\`npm run report\`) and looked at with other tools.

| file | what it is |
| --- | --- |
${FILES.map(([file, what]) => `| \`${file.replaceAll(', ', '`, `')}\` | ${what} |`).join('\n')}

While a trial is played its samples are appended to \`samples.csv\` in its folder; that file is left only where the harness was killed, and is read then.

## samples.parquet

One row a request whose sample came, in the order of the tape; no column has nulls. The response time is \`lateness_us + connect_us + service_us\`: from the planned instant, not from the send. \`experiment\`, \`trial\`, \`variant\` and \`t0\` (milliseconds since 1970) stand in the file's metadata.

| column | type | what it holds |
| --- | --- | --- |
${Object.entries(SAMPLE_COLUMNS)
  .map(([name, { type, summary }]) => `| \`${name}\` | ${type} | ${summary} |`)
  .join('\n')}

## Reading it

${example('goodput-duckdb.py')}

${example('quantiles-pandas.py')}

Versions that these were run with: [requirements.txt](examples/requirements.txt). A changed file is seen by its seal, so write results elsewhere.
`;
}

function example(name: string): string {
  const text = readFileSync(fileURLToPath(new URL(`../docs/examples/${name}`, import.meta.url)), 'utf8');
  return `[${name}](examples/${name}):\n\n\`\`\`python\n${text}\`\`\``;
}
