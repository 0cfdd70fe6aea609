import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { percent } from '#reports/format.ts';
import { fragile, resilient, saveSimulation, temporaryFolder } from '#test/sim/saved.ts';
import { runCommand } from './main.ts';
import { refreshRunsIndex, writeRunsIndex } from './runs-index.ts';

const OLD = '2026-11-21T07-00-00-chaos';

async function twoRuns() {
  const { parent, id, path } = await saveSimulation(fragile);
  await saveSimulation(resilient, { parent, id: OLD });
  return { parent, id, path };
}

const silent = { line() {} };
const page = (parent: string) => readFileSync(join(parent, 'index.html'), 'utf8');

describe('the page over all runs', () => {
  test('has the newest first, each with its verdict, experiment and objectives', async () => {
    const { parent, id } = await twoRuns();
    await writeRunsIndex(parent, silent);
    const text = page(parent);
    expect(text.indexOf(id)).toBeLessThan(text.indexOf(OLD));
    expect(text).toContain('<span class="badge fail">fail</span>');
    expect(text).toContain('<span class="badge pass">pass</span>');
    expect(text).toContain('short-breaker');
  });

  test('is made anew by the report of a run, with its headline figures and links that lead to it', async () => {
    const { parent, id, path } = await twoRuns();
    expect((await runCommand(['report', path])).exit).toBe(0);
    const text = page(parent);
    expect(text).toContain(`<a class="unbroken" href="${id}/report.html">${id}</a>`);
    expect(text).toContain(`href="${id}/verdict.json"`);
    const { figures } = JSON.parse(readFileSync(join(path, 'verdict.json'), 'utf8')).experiments[0];
    const inFault = figures.goodput.find(({ phase }: { phase: string }) => phase === 'fault');
    expect(text).toContain(`<div>${percent(inFault.share)}<span class="advice">fault</span></div>`);
  });

  test('tells of a run without a verdict that can be read, and of none at all', async () => {
    const { parent } = await twoRuns();
    writeFileSync(join(parent, OLD, 'verdict.json'), '{"half": ');
    await writeRunsIndex(parent, silent);
    expect(page(parent)).toContain('none that can be read');
    const empty = await temporaryFolder();
    await writeRunsIndex(empty, silent);
    expect(page(empty)).toContain('There is none.');
  });

  test('is not made where there was none, and says why it could not be', async () => {
    const folder = await temporaryFolder();
    await refreshRunsIndex(folder, silent);
    expect(() => page(folder)).toThrow('ENOENT');
    mkdirSync(join(folder, 'index.html'));
    const said: string[] = [];
    await writeRunsIndex(folder, { line: (text) => void said.push(text) });
    expect(said[0]).toMatch(/index\.html can't be written: /);
  });
});
