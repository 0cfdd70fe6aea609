// The files that `init` begins with, as text. Everything in them is meant to be changed, so they say what each part is
// for; the ids, numbers and answers come from what was asked of the server.

import type { FromEnv } from '#contract/target.ts';

/** What was found out about a server. */
export interface Found {
  /** Names the files and the experiment. */
  name: string;
  /** Scheme, host and port. */
  url: string;
  protocol: { name: 'v2'; model: string } | { name: 'json'; path: string };
  /** Path that tells whether it is ready; null where none is known. */
  ready: string | null;
  /** That it was asked with; absent: none. */
  headers?: Record<string, FromEnv>;
  /** A JSON object each: what is asked, and under `expected` what it answered. */
  payloads: Record<string, unknown>[];
}

/** From these on Node takes the types out of a file by itself. */
const STRIPS_SINCE: Record<number, number> = { 22: 18, 23: 6 };

/** Whether a Node of this version runs a .ts file as it is. */
export function stripsTypes(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || minor >= (STRIPS_SINCE[major] ?? Number.POSITIVE_INFINITY);
}

/** Path of the workflow, which plays all experiments of the folder. */
export const WORKFLOW = '.github/workflows/gauntlet.yml';

/** The files of an experiment, by their paths. */
export function starterFiles(found: Found, ending: 'ts' | 'mjs'): Record<string, string> {
  const { name } = found;
  return {
    [`gauntlet/experiments/${name}.${ending}`]: experimentText(found),
    [`gauntlet/objectives/${name}.yaml`]: objectivesText(found),
    [`gauntlet/payloads/${name}.jsonl`]: payloadsText(found),
  };
}

function isChecked({ payloads }: Found): boolean {
  return payloads.length > 0 && payloads.every((payload) => 'expected' in payload);
}

function protocolText({ protocol }: Found): string {
  return protocol.name === 'v2'
    ? `    // The Open Inference Protocol V2; version: '…' asks for one version of the model.
    protocol: { name: 'v2', model: ${quoted(protocol.model)} },`
    : `    // JSON by POST to this path. Each line of the payloads has the body in its field 'request'; for other fields, such
    // as the columns of a CSV, say how a body is made of them:   request: { rows: [['$width', '$height']] },
    // and where the answer is, as a JSON pointer, if it isn't the whole of what comes back:   answer: '/prediction',
    protocol: { name: 'json', path: ${quoted(protocol.path)} },`;
}

function readyText({ ready, protocol }: Found): string {
  if (protocol.name === 'v2') return '';
  return ready === null
    ? `
    // A path that answers 2xx when the server is ready:   ready: '/health',`
    : `
    // Must answer 2xx before a trial begins.
    ready: ${quoted(ready)},`;
}

function headersText({ headers }: Found): string {
  const own = Object.entries(headers ?? {}).map(([name, { fromEnv, prefix }]) => {
    const before = prefix === undefined ? '' : `, prefix: ${quoted(prefix)}`;
    return `${quoted(name)}: { fromEnv: ${quoted(fromEnv)}${before} }`;
  });
  return own.length === 0
    ? `    // A token comes from the environment, and is written nowhere:
    //   headers: { authorization: { fromEnv: 'TOKEN', prefix: 'Bearer ' } },`
    : `    // Values come from the environment, and are written nowhere.
    headers: { ${own.join(', ')} },`;
}

function experimentText(found: Found): string {
  return `// Plain data: what is asked of your server, how much, what goes wrong meanwhile, and what it owes its clients.
export default {
  name: ${quoted(found.name)},
  question: ${quoted(`Does ${found.name} keep its objectives at this rate, and come back after a fault?`)},
  target: {
    url: ${quoted(found.url)},
${protocolText(found)}${readyText(found)}
    // What is asked, and what is right: JSONL or CSV, relative to this file.
    payloads: ${quoted(`../payloads/${found.name}.jsonl`)},
    // How much a number of an answer may differ from the expected one.
    tolerance: 1e-4,
${headersText(found)}
    // A dependency of your server can be faulted too. Configure the server to reach it at 127.0.0.1:16379, where it is
    // while a run is under way, and faults can name the link 'target->redis':
    //   links: { redis: { listen: 16379, upstream: '127.0.0.1:6379' } },
  },
  load: {
    scenario: 'steady',
    // Begin with what your server has on an ordinary day.
    rate: { perSecond: 20 },
    // An answer counts until here, and the client gives up there.
    deadlineMs: 500,
    clientTimeoutMs: 2_000,
    // Of chaos, and of loadtest.
    seconds: { warmUp: 3, steady: 16, fault: 8, recovery: 10 },
    loadtest: { steady: 10, trials: 3 },
  },
  // On the way to your server, which itself is left alone; chaos plays the first, --fault NAME another.
  faults: {
    slow: { fault: 'latency', link: 'client->target', options: { latencyMs: 200 } },
    gone: { fault: 'down', link: 'client->target', options: {} },
    hangs: { fault: 'timeout', link: 'client->target', options: {} },
    reset: { fault: 'reset', link: 'client->target', options: {} },
  },
  objectives: ${quoted(`../objectives/${found.name}.yaml`)},
};
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

interface StarterObjective {
  name: string;
  what: string;
  indicator: string;
  phase: string;
  count: string;
  more?: string;
  target: string;
  isStrict?: boolean;
}

const AVAILABLE: StarterObjective = {
  name: 'available',
  what: 'Answered 200 within the deadline of the experiment.',
  indicator: 'availability',
  phase: 'steady',
  count: 'planned-requests',
  target: '0.99',
};
const QUICK: StarterObjective = {
  name: 'p95-below-250ms',
  what: 'Answered within 250 ms of the instant that the request was planned for.',
  indicator: 'latency',
  phase: 'steady',
  count: 'planned-requests',
  more: ', withinMs: 250',
  target: '0.95',
};
const FAITHFUL: StarterObjective = {
  name: 'faithful',
  what: 'Of the answers, those that are the expected one, within the tolerance. No miss is allowed.',
  indicator: 'fidelity',
  phase: 'steady',
  count: 'answered-requests',
  target: '0.9999',
  isStrict: true,
};
const RECOVERS: StarterObjective = {
  name: 'recovers-within-5s',
  what: 'As well as before within 5 s of the end of a fault. Only chaos plays a fault.',
  indicator: 'recovery',
  phase: 'recovery',
  count: 'faults',
  more: ', withinSeconds: 5',
  target: '0.9999',
  isStrict: true,
};

function objectivesText(found: Found): string {
  const own = [AVAILABLE, QUICK, ...(isChecked(found) ? [FAITHFUL] : []), RECOVERS];
  return `# What ${found.name} owes its clients: OpenSLO v1 (https://github.com/OpenSLO/OpenSLO), one objective a document.
# The phase says when it is judged: steady (no fault), fault (while one is active) or recovery (after it).
# target is the share of good requests that is wanted, timeWindow what production would hold it over.
${own.map((one) => objectiveText(found.name, one)).join('---\n')}`;
}

function objectiveText(
  service: string,
  { name, what, indicator, phase, count, more = '', target, isStrict }: StarterObjective,
): string {
  const annotations = isStrict
    ? `
  annotations:
    # OpenSLO has no target of 1; this is what is judged by.
    gauntlet/misses-allowed: '0'`
    : '';
  return `apiVersion: openslo/v1
kind: SLO
metadata:
  name: ${name}${annotations}
spec:
  description: ${what}
  service: ${service}
  indicator:
    metadata:
      name: ${name}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: gauntlet
            spec: { indicator: ${indicator}, phase: ${phase}${more} }
        total:
          metricSource:
            type: gauntlet
            spec: { count: ${count}, phase: ${phase} }
  timeWindow:
    - duration: 4w
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - target: ${target}
`;
}

function payloadsText(found: Found): string {
  const body = found.protocol.name === 'v2' ? "'inputs' are its tensors" : "'request' is its body";
  const about = isChecked(found)
    ? `# 'expected' is what the server answered when this file was made, so that another answer is seen as one. Put the right
# answers there if you know them; without the field in every line answers are not checked, and the report says so.`
    : `# With a field 'expected' in every line, which is what the answer must be, every answer is checked; without it none is,
# and the report says so.`;
  return `# What is asked, a request a line: ${body}. Replace these by real ones, the more the better:
# they are drawn at random.
${about}
${found.payloads.map((payload) => `${JSON.stringify(payload)}\n`).join('')}`;
}

/** A workflow that plays every experiment of the folder and gates on it. */
export function workflowText(): string {
  return `# Load, faults and a gate for every experiment in gauntlet/experiments.
name: gauntlet
on: [push]
jobs:
  gauntlet:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      # Start your server here, in the background; a run waits a moment for it to be ready.
      - run: npx gauntlet chaos
      - run: npx gauntlet loadtest
      # Exit 1: an objective was missed; 3: slower than the pin, where one of this kind of machine was kept by
      # npx gauntlet calibrate && npx gauntlet loadtest --profile standard && npx gauntlet pin latest
      - run: npx gauntlet gate
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: gauntlet, path: reports/runs }
`;
}
