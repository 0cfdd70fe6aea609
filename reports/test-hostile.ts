import { CANDIDATE } from '#contract/names.ts';
import type { ReportInput } from './reporter.ts';

/** Breaks out of text, attributes, elements, CDATA, Markdown and links, wherever something lets it. */
export const PAYLOAD =
  `"'><script>window.pwned=1</script><img src=x onerror="window.pwned=1">]]></text></svg></style></title>` +
  '<a href="javascript:window.pwned=1">|`[x](javascript:window.pwned=1)\n- <b onmouseover=window.pwned=1>';

/** Where a run keeps what came from outside: names of experiments, variants, models and faults, addresses, messages. */
const OUTSIDE = new Set([
  ...['name', 'question', 'pattern', 'variant', 'trial', 'id', 'against', 'fault', 'objective', 'experiment'],
  ...['message', 'code', 'observed', 'advice', 'rule', 'scope', 'why', 'silent', 'simulation', 'scenario'],
  ...['cpuModel', 'node', 'platform', 'version', 'source', 'address', 'listen', 'samplesFile', 'runId'],
  ...['primary', 'fallback', 'ref', 'commit', 'arguments', 'startedAt', 'measuredAt', 'tenant', 'model'],
]);

/** Records by names from outside. */
const NAMED = new Set(['variants', 'tools', 'patterns', 'models']);

/** The same run with `evil` behind everything that came from outside, or in its place. */
export function hostile(input: ReportInput, evil: (text: string) => string): ReportInput {
  const rename = (text: string) => (text === CANDIDATE ? text : evil(text));
  const visit = (value: unknown, key: string, isOutside: boolean): unknown => {
    if (typeof value === 'string') return isOutside ? rename(value) : value;
    if (Array.isArray(value)) return value.map((one) => visit(one, key, isOutside));
    if (typeof value !== 'object' || value === null) return value;
    // By JSON, in which `__proto__` is a name like any other.
    const entries = Object.entries(value).map(([name, one]) => {
      const renamed = NAMED.has(key) && key !== 'models' ? rename(name) : name;
      return `${JSON.stringify(renamed)}:${JSON.stringify(visit(one, name, OUTSIDE.has(name)) ?? null)}`;
    });
    return JSON.parse(`{${entries.join(',')}}`);
  };
  const whole = <T>(value: T): T => visit(value, '', false) as T;
  const samples = [...input.samples].map(([path, one]) => {
    const [experiment, trial] = path.split('/') as [string, string];
    return [`${rename(experiment)}/${rename(trial)}`, one] as const;
  });
  return {
    plan: whole(input.plan),
    record: whole(input.record),
    verdict: whole(input.verdict),
    samples: new Map(samples),
    runFolder: `/somewhere/${evil('run')}`,
  };
}
