import { describe, expect, test } from 'vitest';
import { fragile, resilient, saveSimulation } from '#test/sim/saved.ts';
import { diffText, type JudgedRun } from './diff.ts';
import { readRun } from './saved-run.ts';

async function judgedOf(...simulation: Parameters<typeof saveSimulation>): Promise<JudgedRun> {
  const { path, verdict } = await saveSimulation(...simulation);
  return { ...(await readRun(path)), verdict };
}

describe('two runs side by side', () => {
  test('show ratio and outcome of both and the difference in points', async () => {
    const text = diffText(await judgedOf(resilient), await judgedOf(fragile)).join('\n');
    expect(text).toContain('Both were played alike');
    expect(text).toMatch(
      /correct-in-time-in-fault \(fault\) +candidate +>= 93 % +100 % +pass +2\.5 % +fail +-97\.5 points/,
    );
    expect(text).toMatch(/faithful \(steady\).*±0 points/);
  });

  test('say on top what was different about them', async () => {
    const a = await judgedOf(resilient);
    const b = await judgedOf(resilient, { seed: 2 });
    b.record.machine = { ...b.record.machine, cpuModel: 'another' };
    b.plan.experiments[0]!.load.ratePerSecond = 75;
    const lines = diffText(a, b);
    expect(lines[3]).toMatch(/^They were not played alike/);
    expect(lines.slice(4, 7).join('\n')).toMatch(
      /seed +1 +\| +2\n +machine +sim, 1 .*another, 1 .*\n +short-breaker: load +150 .*75 /,
    );
  });

  test('name an option that differs and an experiment that only one has', async () => {
    const a = await judgedOf(resilient);
    const b = await judgedOf(resilient);
    b.plan.experiments[0]!.variants['candidate']!.models.primary = 'cnn-1';
    b.verdict = { ...b.verdict, experiments: [] };
    const text = diffText(a, b).join('\n');
    expect(text).toMatch(/short-breaker: candidate\.models\.primary +"mlp-1" +\| +"cnn-1"/);
    expect(text).toContain('short-breaker: only in A');
  });
});
