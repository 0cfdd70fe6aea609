import { type Document, isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { type Indicator, type Objective, objectiveSchemas } from '#contract/experiment.ts';
import { type Departure, departuresOf } from '#contract/validate.ts';
import { API_VERSION, KINDS, MISSES_ALLOWED, NOT_READ, SOURCE_TYPE, sloSchema } from './openslo-schema.ts';
import { type Place, placeAt, placeOf, placeOfKey } from './yaml-places.ts';

/** What a file of OpenSLO documents holds for Gauntlet. Sentences begin with `file:line:column`. */
export interface OpenSlo {
  /** In the order of the file; none of a document that has a problem. */
  objectives: Objective[];
  /** All of the file at once: where, what is wrong, what would be right. */
  problems: string[];
  /** Documents that are somebody else's, with the reason. */
  skipped: string[];
}

interface Reading {
  doc: Document;
  lines: LineCounter;
  say(place: Place, words: string): string;
}

type Value = Record<string, unknown>;

/** A document, once it is known whose it is. */
type Claimed = { mine: Value } | { skipped: string } | { problems: string[] } | 'empty';

/** Reads a file of OpenSLO v1 documents in three steps: is it mine, parse, map. Pure; never throws. */
export function readOpenSlo(text: string, fileName: string): OpenSlo {
  const lines = new LineCounter();
  const say = ({ line, column }: Place, words: string) => `${fileName}:${line}:${column}: ${words}`;
  const found: OpenSlo = { objectives: [], problems: [], skipped: [] };
  const firstLine = new Map<string, number>();
  for (const doc of documentsOf(text, lines)) {
    if (typeof doc === 'string') {
      found.problems.push(say({ line: 1, column: 1 }, doc));
      continue;
    }
    const reading = { doc, lines, say };
    const claimed = claim(reading);
    if (claimed === 'empty') continue;
    if ('skipped' in claimed) found.skipped.push(claimed.skipped);
    else if ('problems' in claimed) found.problems.push(...claimed.problems);
    else {
      const problems = problemsOf(claimed.mine, reading);
      if (problems.length === 0) addOnce(toObjective(claimed.mine), reading, found, firstLine);
      else found.problems.push(...problems);
    }
  }
  return found;
}

function documentsOf(text: string, lines: LineCounter): (Document | string)[] {
  try {
    return [
      ...parseAllDocuments(text, {
        lineCounter: lines,
        prettyErrors: false,
        stringKeys: true,
        logLevel: 'silent',
      }),
    ];
  } catch (error) {
    return [`can't be read as YAML: ${(error as Error).message}`];
  }
}

/** Step 1. A document is ours when it is an SLO of OpenSLO v1 and some metric source in it is of our type. */
function claim(reading: Reading): Claimed {
  const { doc, lines, say } = reading;
  const broken = [...doc.errors, ...doc.warnings].map(({ pos, message }) =>
    say(placeAt(pos[0], lines), `not YAML: ${message}`),
  );
  if (broken.length > 0) return { problems: broken };
  if (doc.contents === null || (isScalar(doc.contents) && doc.contents.value === null)) return 'empty';
  const at = (path: readonly string[]) => placeOf(doc, path, lines);
  if (!isMap(doc.contents)) {
    return { problems: [say(at([]), 'must be a document with apiVersion, kind, metadata and spec')] };
  }
  const value = dataOf(doc);
  if (typeof value === 'string') return { problems: [say(at([]), value)] };
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string') {
    return { problems: [say(at(['apiVersion']), `apiVersion must be a text; OpenSLO's is ${API_VERSION}`)] };
  }
  const skip = (why: string) => ({ skipped: say(at([]), `skipped, ${why}`) });
  if (apiVersion !== API_VERSION) return skip(`apiVersion ${apiVersion} is not ${API_VERSION}`);
  if (!KINDS.some((known) => known === kind)) {
    return {
      problems: [say(at(['kind']), `unknown kind ${quoted(kind)}; OpenSLO has: ${KINDS.join(', ')}`)],
    };
  }
  if (kind !== 'SLO') return skip(`kind ${kind} is not SLO`);
  return hasOurSource(value)
    ? { mine: value }
    : skip(`no metricSource of type ${SOURCE_TYPE} in its indicator`);
}

/** The document as plain data; what is wrong where that can't be, as with an alias of nothing. */
function dataOf(doc: Document): Value | string {
  try {
    return doc.toJS() as Value;
  } catch (error) {
    return `not YAML: ${(error as Error).message}`;
  }
}

function hasOurSource(slo: Value): boolean {
  const objectives = at(slo, ['spec', 'objectives']);
  const holders = [at(slo, ['spec']), ...(Array.isArray(objectives) ? objectives : [])];
  return holders.some((holder) =>
    SOURCES.some(
      (path) => at(holder, ['indicator', 'spec', ...path, 'metricSource', 'type']) === SOURCE_TYPE,
    ),
  );
}

/** Every place where OpenSLO has a metric source: one that we can't read is still ours, and its author is told. */
const SOURCES = [
  ['thresholdMetric'],
  ['ratioMetric', 'good'],
  ['ratioMetric', 'bad'],
  ['ratioMetric', 'total'],
  ['ratioMetric', 'raw'],
] as const;

/** Step 2. Every departure from the shape, at its place. */
function problemsOf(slo: Value, { doc, lines, say }: Reading): string[] {
  const source = at(slo, ['spec', 'indicator', 'spec', 'ratioMetric', 'good', 'metricSource', 'spec']);
  const indicator = at(source, ['indicator']);
  const isKnown = typeof indicator === 'string' && Object.hasOwn(objectiveSchemas, indicator);
  const schema = sloSchema(isKnown ? (indicator as Indicator) : undefined, {
    phase: at(source, ['phase']),
    tenant: at(source, ['tenant']),
  });
  return departuresOf(schema, slo).map((departure) => {
    const { path, unknownKey } = departure;
    const place = unknownKey ? placeOfKey(doc, path, lines) : placeOf(doc, path, lines);
    return say(place, `${dotted(path)}: ${wordsFor(departure, schema)}`);
  });
}

function wordsFor({ path, unknownKey, words }: Departure, schema: object): string {
  if (!unknownKey) return words;
  const hint = NOT_READ[dotted(path.map((segment) => (/^\d+$/.test(segment) ? '' : segment)))];
  if (hint !== undefined) return `OpenSLO has this key, but Gauntlet doesn't read it; ${hint}`;
  return `unknown key; known here: ${keysAt(schema, path.slice(0, -1)).join(', ')}`;
}

/** `spec.objectives[0].target`; an empty segment is any index. */
function dotted(path: readonly string[]): string {
  if (path.length === 0) return 'the document';
  const parts = path.map((segment) => (/^\d*$/.test(segment) ? `[${segment}]` : `.${segment}`));
  return parts.join('').replace(/^\./, '');
}

function keysAt(schema: unknown, path: readonly string[]): string[] {
  const inner = path.reduce(
    (one, segment) => at(one, ['properties', segment]) ?? at(one, ['items']),
    schema as unknown,
  );
  return Object.keys((at(inner, ['properties']) as object | undefined) ?? {});
}

/** The value at a path of own keys, or undefined. */
function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (one, key) =>
      typeof one === 'object' && one !== null && Object.hasOwn(one, key) ? (one as Value)[key] : undefined,
    value,
  );
}

/** Step 3. The document that passed the schema, in our words. */
function toObjective(slo: Value): Objective {
  const { name, annotations } = slo['metadata'] as { name: string; annotations?: Record<string, string> };
  const source = at(slo, [
    'spec',
    'indicator',
    'spec',
    'ratioMetric',
    'good',
    'metricSource',
    'spec',
  ]) as object;
  const [first] = at(slo, ['spec', 'objectives']) as { target?: number; targetPercent?: number }[];
  const { target, targetPercent } = first!;
  // 99.9 / 100 is 0.9990000000000001; nobody writes so many digits.
  const fraction = target ?? Number((targetPercent! / 100).toPrecision(12));
  return { name, ...source, target: annotations?.[MISSES_ALLOWED] === '0' ? 1 : fraction } as Objective;
}

function addOnce(
  objective: Objective,
  reading: Reading,
  found: OpenSlo,
  firstLine: Map<string, number>,
): void {
  const place = placeOf(reading.doc, ['metadata', 'name'], reading.lines);
  const first = firstLine.get(objective.name);
  if (first !== undefined) {
    const words = `metadata.name: '${objective.name}' is the name of line ${first} already; each needs its own`;
    found.problems.push(reading.say(place, words));
    return;
  }
  firstLine.set(objective.name, place.line);
  found.objectives.push(objective);
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : '(none)';
}
