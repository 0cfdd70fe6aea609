import type { Benchmark } from '#contract/benchmark.ts';
import { capacityTable, capital, claimsTable } from '../markdown/scoreboard.ts';
import { plain } from '../markdown/text.ts';
import { scoresOf } from '../scoreboard/scores.ts';
import { machineText } from '../words.ts';

const MEASURED = /(<!-- measured -->\n)[\s\S]*?(<!-- \/measured -->)/;

/** A room's README with what was measured of its pattern between its marks; the same text where it has none. */
export function withMeasured(readme: string, benchmarks: readonly Benchmark[]): string {
  const text = benchmarks.length === 0 ? 'Not measured yet.' : benchmarks.map(measuredText).join('\n\n');
  return readme.replace(MEASURED, (_, begin: string, end: string) => `${begin}${text}\n${end}`);
}

function measuredText({ plan, verdict, record }: Benchmark): string {
  const score = scoresOf(plan, verdict)[0]!;
  return [
    capacityTable([score]).join('\n'),
    ...claimsTable(score),
    `**${capital(score.outcome)}.** ${plain(score.advice)} Every fault, and how to repeat it: [BENCHMARKS.md](../../../reports/BENCHMARKS.md#${score.experiment}-${score.outcome}).`,
    `Measured ${record.startedAt.slice(0, 10)} on ${plain(machineText(record.machine))}.`,
  ].join('\n\n');
}
