// Keeps a run as the source of a sample report, which `npm run docs` renders and `npm run check` compares:
//   node tools/samples.ts RUN NAME
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readRun } from '../harness/cli/saved-run.ts';
import { judgeFacts } from '../harness/cli/verdict.ts';
import { html } from '../reports/reporters/html.ts';

const folder = fileURLToPath(new URL('../docs/samples', import.meta.url));
const PACKED = '.run.gz';

/** A run in one file: the content of its files in base64, by path in the run folder. */
type Packed = Record<string, string>;

/** The sample reports, by path in the repository. */
export async function sampleReports(): Promise<Record<string, string>> {
  const packed = readdirSync(folder).filter((name) => name.endsWith(PACKED));
  const pages = packed.map(async (name) => {
    const page = `docs/samples/${name.slice(0, -PACKED.length)}.html`;
    return [page, await rendered(join(folder, name))] as const;
  });
  return Object.fromEntries(await Promise.all(pages));
}

/** Judged and rendered as `npm run report` does, in a folder that is no machine's. */
async function rendered(file: string): Promise<string> {
  const run = mkdtempSync(join(tmpdir(), 'gauntlet-sample-'));
  try {
    const files: Packed = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(run, path)), { recursive: true });
      writeFileSync(join(run, path), Buffer.from(content, 'base64'));
    }
    const saved = await readRun(run);
    const verdict = judgeFacts(saved.plan, saved, undefined);
    const runFolder = `reports/runs/${saved.record.runId}`;
    return html({ ...saved, verdict, runFolder }).files['report.html']!;
  } finally {
    rmSync(run, { recursive: true });
  }
}

async function pack(name: string, sample: string): Promise<void> {
  const { path, record } = await readRun(name);
  const trials = record.experiments.flatMap((experiment) => experiment.trials);
  const paths = ['plan.json', 'record.json', ...trials.map(({ samplesFile }) => samplesFile)];
  const files: Packed = Object.fromEntries(
    paths.map((file) => [file, readFileSync(join(path, file)).toString('base64')]),
  );
  const bytes = gzipSync(JSON.stringify(files), { level: 9 });
  writeFileSync(join(folder, `${sample}${PACKED}`), bytes);
  process.stdout.write(`${sample}: ${bytes.length} bytes; npm run docs renders it\n`);
}

if (import.meta.main) await pack(process.argv[2]!, process.argv[3]!);
