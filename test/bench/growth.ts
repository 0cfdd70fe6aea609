import type { Variant } from '#contract/topology.ts';
import { system } from '#sut/system.ts';
import type { Dose } from './dose.ts';
import { driveSystem, type Loop } from './driven-system.ts';
import type { Growth, GrowthStep } from './growths.ts';
import { reportOf } from './judge-many.ts';
import { isAsked } from './measurement.ts';
import { countingQuestionTo, questionTo } from './question.ts';

const batching = { 'batch-inference': {} };
const bare = system({ patterns: batching });
const direct = { entry: 'model-server', connections: 64 } as const;

const MODELS = ['lin-1', 'mlp-1', 'mlp8-1', 'xl-1'] as const;
const PATTERNS = [
  'batch-inference',
  'circuit-breaker',
  'prediction-cache',
  'async',
  'overload-limit',
  'tenant-isolation',
] as const;
const SAMPLES = [10_000, 100_000, 1_000_000, 10_000_000] as const;

type Step = { x: number; label: string; variant: Variant; loop: Omit<Loop, 'seconds'>; rows?: number };

/** On, and never at its limit: a request that is turned away is none that was served. */
function optionsOf(pattern: (typeof PATTERNS)[number]): object {
  if (pattern === 'overload-limit') return { maxInFlight: 256 };
  return pattern === 'tenant-isolation' ? { maxWaiting: 256 } : {};
}

/** Throughput and p99 against what may grow: rows, connections, the model, the patterns, and samples in the judge. */
export async function measureGrowth(dose: Dose): Promise<Growth[]> {
  const wanted = Object.entries(GROWTHS).filter(([name]) => isAsked(name, dose.rows));
  const growths: Growth[] = [];
  for (const [, measure] of wanted) growths.push(await measure(dose));
  return growths;
}

const GROWTHS: Readonly<Record<string, (dose: Dose) => Promise<Growth>>> = {
  rows: growthOf({ name: 'rows', title: 'Rows in a request', of: 'rows a request', isNumber: true }, () =>
    Promise.all(
      [1, 4, 16, 64, 256].map(async (rows) => ({
        ...numbered(rows),
        variant: bare,
        rows,
        loop: { ...direct, connections: 8, question: await questionTo('mlp-1', 'binary', rows) },
      })),
    ),
  ),
  connections: growthOf(
    { name: 'connections', title: 'Connections', of: 'connections', isNumber: true },
    async () => {
      const question = await questionTo('mlp-1', 'JSON', 1);
      return [1, 4, 16, 64, 256, 1_000].map((connections) => ({
        ...numbered(connections),
        variant: bare,
        loop: { ...direct, connections, question },
      }));
    },
  ),
  models: growthOf({ name: 'models', title: 'The model', of: 'model', isNumber: false }, () =>
    Promise.all(
      MODELS.map(async (primary, x) => ({
        x,
        label: primary.replace(/-1$/, '').toUpperCase(),
        variant: system({ models: { primary }, patterns: batching }),
        loop: { ...direct, question: await questionTo(primary, 'JSON', 1) },
      })),
    ),
  ),
  patterns: growthOf(
    { name: 'patterns', title: 'Patterns that are on', of: 'patterns, one more each', isNumber: false },
    async () => {
      const question = await countingQuestionTo('mlp-1');
      return Array.from({ length: PATTERNS.length + 1 }, (_, x) => x).map((x) => ({
        x,
        label: x === 0 ? 'none' : `+ ${PATTERNS[x - 1]}`,
        variant: system({
          patterns: Object.fromEntries(PATTERNS.slice(0, x).map((name) => [name, optionsOf(name)])),
        }),
        loop: { entry: 'gateway' as const, connections: 64, question },
      }));
    },
  ),
  samples: measureJudge,
};

function numbered(x: number) {
  return { x, label: String(x) };
}

/** A growth whose steps are systems in closed loop; a step that fails is left out, and said so. */
function growthOf(
  named: Pick<Growth, 'name' | 'title' | 'of' | 'isNumber'>,
  stepsOf: () => Promise<Step[]>,
): (dose: Dose) => Promise<Growth> {
  return async ({ seconds, signal, say }) => {
    const steps: GrowthStep[] = [];
    for (const { x, label, variant, loop, rows = 1 } of await stepsOf()) {
      say(`${named.name} ${label}`);
      try {
        const seen = await driveSystem(variant, { ...loop, seconds }, signal);
        steps.push({ x, label, more: rows * seen.requestsPerSecond, less: seen.p99Ms });
      } catch (error) {
        signal.throwIfAborted();
        say(`${named.name} ${label} is left out: ${(error as Error).message.split('\n')[0]}`);
      }
    }
    return { ...named, quantities: ['rows/s', 'p99 in ms'], steps };
  };
}

/** What it takes to read, judge and render a saved run. */
async function measureJudge({ signal, say, seconds }: Dose): Promise<Growth> {
  const steps: GrowthStep[] = [];
  // A taste leaves out what takes a minute to make.
  const most = seconds < 3 ? 1_000_000 : Number.POSITIVE_INFINITY;
  for (const samples of SAMPLES.filter((count) => count <= most)) {
    say(`samples ${samples}`);
    const { seconds: took, code, text } = await reportOf(samples, signal);
    // Of few samples objectives are inconclusive, and that is as much work.
    if (code === null || code > 2) throw new Error(`The report of ${samples} samples failed:\n${text}`);
    steps.push({ x: samples, label: samples.toLocaleString('en'), more: samples / took, less: took });
  }
  return {
    name: 'samples',
    title: 'Samples in the judge',
    of: 'samples',
    isNumber: true,
    quantities: ['samples/s read, judged and rendered', 'seconds'],
    steps,
  };
}
