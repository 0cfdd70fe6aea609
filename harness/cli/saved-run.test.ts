import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GauntletError } from '#contract/errors.ts';
import { eachSample, samplesFrom } from '#contract/samples.ts';
import { viewTrial } from '#contract/trial-view.ts';
import { createRunFolder } from '#harness/effects/run-folder.ts';
import { forged, rowsOf, type SampleRow } from '#test/sim/forge-samples.ts';
import { saveKilled } from '#test/sim/killed.ts';
import { reseal } from '#test/sim/reseal.ts';
import { fragile, resilient, saveSimulation, temporaryFolder } from '#test/sim/saved.ts';
import { simulateRun } from '#test/sim/simulated-run.ts';
import { readRun, runIds } from './saved-run.ts';
import { judgeFacts } from './verdict.ts';

const SAMPLES = 'trials/short-breaker/1-candidate/samples.parquet';

// biome-ignore lint/suspicious/noExplicitAny: it is damaged on purpose, so no type fits.
type Damage = (value: any) => void;

/** Changes a JSON file of a run. */
function change(path: string, name: string, edit: Damage): void {
  const value = JSON.parse(readFileSync(join(path, name), 'utf8'));
  edit(value);
  writeFileSync(join(path, name), JSON.stringify(value));
}

async function sentenceFor(path: string): Promise<string> {
  const error = await readRun(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GauntletError);
  expect((error as GauntletError).code).toBe('damaged-run');
  return (error as GauntletError).message;
}

describe('a saved run', () => {
  test.each([
    ['passed', resilient, undefined],
    ['failed', fragile, undefined],
    ['was interrupted by Ctrl-C', resilient, { atMs: 11_000, signal: 'SIGINT' as const }],
    ['was ended by SIGTERM', resilient, { atMs: 11_000, signal: 'SIGTERM' as const }],
  ])('that %s is judged again to the same bytes', async (_, system, interrupt) => {
    const saved = await saveSimulation(system, interrupt ? { interrupt } : {});
    const read = await readRun(saved.path);
    const again = judgeFacts(read.plan, read, undefined);
    expect(`${JSON.stringify(again, null, 2)}\n`).toBe(
      readFileSync(join(saved.path, 'verdict.json'), 'utf8'),
    );
    expect(JSON.stringify(again)).toBe(JSON.stringify(saved.verdict));
    if (interrupt) expect(again.exitCode).toBe(interrupt.signal === 'SIGINT' ? 130 : 143);
    expect(read.notes).toEqual([]);
  });

  test('is found by id, by path and as latest', async () => {
    const { parent, id, path } = await saveSimulation(resilient);
    for (const name of [id, path, 'latest']) expect((await readRun(name, parent)).record.runId).toBe(id);
    await saveSimulation(resilient, { parent, id: '2026-11-21T07-00-00-chaos' });
    expect(await runIds(parent)).toEqual(['2026-11-21T07-00-00-chaos', id]);
  });

  test('that is not there is said with the runs that are', async () => {
    const { parent, id } = await saveSimulation(resilient);
    await expect(readRun('nope', parent)).rejects.toThrow(
      `There is no run 'nope' in ${parent}. The newest: ${id}.`,
    );
    const empty = await temporaryFolder();
    await expect(readRun('latest', empty)).rejects.toThrow('There is none yet');
  });

  test.each([
    ['plan.json', 'Without it nobody knows what was wanted.'],
    ['record.json', 'there is nothing to judge'],
    [SAMPLES, 'although the load of trial 1-candidate was played'],
  ])('without %s is one sentence', async (name, words) => {
    const { path } = await saveSimulation(resilient);
    rmSync(join(path, name));
    const sentence = await sentenceFor(path);
    expect(sentence).toContain(`${join(path, name)} is missing`);
    expect(sentence).toContain(words);
  });

  test.each(['plan.json', 'record.json'])('whose %s is cut off anywhere is one sentence', async (name) => {
    const { path } = await saveSimulation(resilient);
    const whole = readFileSync(join(path, name), 'utf8').trimEnd();
    for (let part = 0; part < 12; part += 1) {
      writeFileSync(join(path, name), whole.slice(0, Math.floor((whole.length * part) / 12)));
      expect(await sentenceFor(path)).toContain(`${name} is not JSON`);
    }
  });

  test('of another version is refused by its version alone', async () => {
    const { path } = await saveSimulation(resilient);
    change(path, 'record.json', (record) => {
      record.schemaVersion = 2;
      delete record.machine;
    });
    expect(await sentenceFor(path)).toMatch(/has schemaVersion 2, and this version of Gauntlet reads 1\./);
  });

  test('of a wrong shape has all its problems listed, each with its place, and no thousands of them', async () => {
    const { path } = await saveSimulation(resilient);
    change(path, 'record.json', (record) => {
      delete record.machine.cores;
      record.experiments[0].trials[0].t0 = 'noon';
    });
    const sentence = await sentenceFor(path);
    expect(sentence).toContain("machine: missing 'cores'");
    expect(sentence).toContain('experiments.0.trials.0.t0');
    change(path, 'plan.json', (plan) => {
      plan.experiments[0].tapes[0].atMs = plan.experiments[0].tapes[0].atMs.map(String);
    });
    const lines = (await sentenceFor(path)).split('\n');
    expect(lines.length).toBeLessThan(30);
    expect(lines.at(-1)).toMatch(/… and \d+ more/);
  });

  test.each<[string, Damage, string]>([
    [
      'of another seed',
      (record) => {
        record.seed = 9;
      },
      'seed is 1 in the plan and 9 in the record',
    ],
    [
      'of another experiment',
      (record) => {
        record.experiments[0].name = 'other';
      },
      'experiment other is in the record and not in the plan',
    ],
    [
      'with an unknown variant',
      (record) => {
        record.experiments[0].trials[0].variant = 'x';
      },
      'the plan has no variant x',
    ],
    [
      'with a round too many',
      (record) => {
        record.experiments[0].trials[0].round = 7;
      },
      'no tape for round 7',
    ],
    [
      'without its fault',
      (record) => {
        record.experiments[0].trials[0].faults = [];
      },
      'planned fault latency',
    ],
    [
      'with a trial twice',
      (record) => {
        record.experiments[0].trials.push(record.experiments[0].trials[0]);
      },
      'a trial of candidate in round 1 of short-breaker is there twice',
    ],
    [
      'with a play twice',
      (record) => {
        record.experiments[0].disturbed.push(record.experiments[0].trials[0]);
      },
      'trial 1-candidate of short-breaker is there twice',
    ],
    [
      'with an experiment twice',
      (record) => {
        record.experiments.push(record.experiments[0]);
      },
      'experiment short-breaker of the record is there twice',
    ],
    [
      'with a variant of the language',
      (record) => {
        record.experiments[0].trials[0].variant = 'constructor';
      },
      'the plan has no variant constructor',
    ],
    [
      'with a fault that came a century after its load',
      (record) => {
        record.experiments[0].trials[0].faults[0].injectedAt += 100 * 365 * 86_400_000;
      },
      "injectedAt of fault latency is days away from the load's beginning",
    ],
    [
      'that points outside',
      (record) => {
        record.experiments[0].trials[0].samplesFile = '../../etc/passwd';
      },
      'lie outside',
    ],
  ])('whose record is one %s is one sentence, sealed anew or not', async (_, edit, words) => {
    const { path } = await saveSimulation(resilient);
    change(path, 'record.json', edit);
    expect(await sentenceFor(path)).toContain('does not match its own seal');
    reseal(path);
    expect(await sentenceFor(path)).toContain(words);
  });

  test.each<[string, Damage, string]>([
    [
      'no experiment',
      (plan) => {
        plan.experiments = [];
      },
      'the plan has no experiment',
    ],
    [
      'no candidate',
      (plan) => {
        plan.experiments[0].variants = {};
      },
      'short-breaker: the plan has no candidate',
    ],
    [
      'no tape',
      (plan) => {
        plan.experiments[0].tapes = [];
      },
      'short-breaker: the plan has no tape',
    ],
    [
      'a tape that goes back',
      (plan) => {
        plan.experiments[0].tapes[0].atMs.reverse();
      },
      'a tape goes back in time',
    ],
    [
      'a phase that ends before it begins',
      (plan) => {
        plan.experiments[0].tapes[0].phases[1].toMs = 0;
      },
      'a phase of a tape ends before it begins',
    ],
    [
      'a claim about nothing',
      (plan) => {
        const claim = {
          name: 'c',
          kind: 'win',
          against: 'candidate',
          compare: 'value',
          bound: { atMost: 1 },
        };
        plan.experiments[0].claims = [{ ...claim, metric: 'toString' }];
      },
      'claim c is about toString against candidate, one of which is not known',
    ],
    [
      'paired keys of a metric that has none',
      (plan) => {
        const claim = {
          name: 'c',
          kind: 'win',
          against: 'candidate',
          compare: 'paired-keys',
          bound: { atMost: 1 },
        };
        plan.experiments[0].claims = [{ ...claim, metric: 'goodput-in-fault' }];
      },
      'claim c compares goodput-in-fault by paired-keys, which only accuracy-in-steady, accuracy-in-fault, accuracy-in-recovery can be',
    ],
    [
      'a trial of nothing',
      (plan) => {
        plan.experiments[0].trials[0].variant = 'x';
      },
      'trial 1-candidate is of a variant or a round that the plan lacks',
    ],
  ])('whose plan has %s is one sentence, sealed anew or not', async (_, edit, words) => {
    const { path } = await saveSimulation(resilient);
    change(path, 'plan.json', edit);
    expect(await sentenceFor(path)).toContain('plan.json is not what it was when the run was recorded');
    reseal(path);
    expect(await sentenceFor(path)).toContain(words);
  });

  test.each<[string, Damage, string]>([
    [
      'an instant that is none',
      (record) => {
        record.startedAt = 'noon';
      },
      'startedAt: must be an instant such as 2026-11-21T08:00:00.000Z',
    ],
    [
      'a time of which no date can be made',
      (record) => {
        record.experiments[0].trials[0].t0 = 1e300;
      },
      'experiments.0.trials.0.t0: must be <= 8000000000000000',
    ],
    [
      'no seal',
      (record) => {
        delete record.seal;
      },
      "missing 'seal'",
    ],
  ])('whose record has %s is one sentence', async (_, edit, words) => {
    const { path } = await saveSimulation(resilient);
    change(path, 'record.json', edit);
    expect(await sentenceFor(path)).toContain(words);
  });

  test('whose samples are something else is one sentence', async () => {
    const { path } = await saveSimulation(resilient);
    writeFileSync(join(path, SAMPLES), 'metric_name,timestamp\nsample,1\n');
    expect(await sentenceFor(path)).toContain('is not what it was when the run was recorded');
    reseal(path);
    expect(await sentenceFor(path)).toContain('holds no samples');
  });

  test.each<[string, (rows: SampleRow[]) => SampleRow[], string]>([
    ['a row twice', (rows) => rows.toSpliced(5, 0, rows[4]!), 'two samples of request'],
    [
      'a row of another tape',
      (rows) => rows.with(7, rows[7]!.with(0, '999999')),
      'a sample of request 999999, where the tape ends at',
    ],
    [
      'a status that no answer has',
      (rows) => rows.with(7, rows[7]!.with(7, '65736')),
      'request 6 has status 65736',
    ],
    [
      'another column',
      (rows) => rows.with(0, rows[0]!.with(7, 'state')),
      'it has no column status of INT32 that is never null',
    ],
  ])('with %s among its samples is one sentence, sealed anew or not', async (_, edit, words) => {
    const { path } = await saveSimulation(resilient);
    const file = join(path, SAMPLES);
    writeFileSync(file, forged(edit(await rowsOf(readFileSync(file)))));
    expect(await sentenceFor(path)).toContain('is not what it was when the run was recorded');
    reseal(path);
    expect(await sentenceFor(path)).toContain(words);
  });

  test('whose plan is laid out in another way is not the one that was sealed; a record may be', async () => {
    const { path, verdict } = await saveSimulation(resilient);
    change(path, 'record.json', () => {});
    const read = await readRun(path);
    expect(judgeFacts(read.plan, read, undefined)).toEqual(verdict);
    writeFileSync(join(path, 'plan.json'), JSON.stringify(read.plan, null, 2));
    expect(await sentenceFor(path)).toContain('plan.json is not what it was when the run was recorded');
  });

  test('whose samples were changed while later trials were played is damaged: they are sealed once', async () => {
    const { plan, facts } = await simulateRun(resilient);
    const trial = facts.record.experiments[0]!.trials[0]!;
    const whole = viewTrial(plan.experiments[0]!, trial, facts.samples.get(`short-breaker/${trial.id}`));
    const folder = await createRunFolder(await temporaryFolder(), facts.record.runId);
    const fewer = [...eachSample(whole.samples)].slice(1);
    await folder.writePlan(plan);
    await folder.writeSamples(whole);
    await folder.writeRecord(facts.record);
    expect((await readRun(folder.path)).samples.get(`short-breaker/${trial.id}`)).toEqual(whole.samples);
    await folder.writeSamples({ ...whole, samples: samplesFrom(whole.tape.atMs.length, fewer) });
    await folder.writeRecord(facts.record);
    expect(await sentenceFor(folder.path)).toContain('is not what it was when the run was recorded');
  });

  test('whose samples are cut off after the run is damaged, at whatever byte', async () => {
    const { path } = await saveSimulation(resilient);
    const file = join(path, SAMPLES);
    const { length } = readFileSync(file);
    for (let cut = length - 1; cut >= 0; cut -= 1 + Math.floor(length / 40)) {
      truncateSync(file, cut);
      expect(await sentenceFor(path)).toContain('is not what it was when the run was recorded');
    }
  });

  test('whose harness was killed is read as far as its rows go, cut off at any byte, and never passes for it', async () => {
    const { path, rowsFile } = await saveKilled({}, 400);
    const file = join(path, rowsFile);
    const whole = readFileSync(file);
    const some = Array.from({ length: 60 }, (_, i) => Math.floor((whole.length * i) / 60) + i);
    for (const cut of [0, 1, 30, ...some, whole.length - 1, whole.length]) {
      writeFileSync(file, whole.subarray(0, cut));
      const read = await readRun(path);
      const lines = whole.subarray(0, cut).toString().split('\n').length - 2;
      expect(read.samples.get('short-breaker/1-candidate')!.count).toBe(Math.max(0, lines));
      expect(read.notes).toEqual([expect.stringContaining('The harness ended while trial 1-candidate')]);
      expect(judgeFacts(read.plan, read, undefined).outcome).toBe('invalid');
    }
  }, 60_000);

  test.each<[string, (lines: string[]) => string[], string]>([
    ['a row twice', (lines) => lines.toSpliced(5, 0, lines[4]!), 'two samples of request'],
    ['a row that is none', (lines) => lines.with(7, 'x,y'), 'line 8 is no sample'],
    [
      'a row of another tape',
      (lines) => lines.with(7, lines[7]!.replace(/^\d+/, '999999')),
      'a sample of request 999999, where the tape ends at',
    ],
  ])('whose harness was killed, with %s among its rows, is one sentence', async (_, edit, words) => {
    const { path, rowsFile } = await saveKilled({}, 400);
    const file = join(path, rowsFile);
    writeFileSync(file, edit(readFileSync(file, 'utf8').split('\n')).join('\n'));
    expect(await sentenceFor(path)).toContain(words);
  });

  test('whose record lacks its last trial is read, and invalid for it', async () => {
    const { path } = await saveSimulation(resilient);
    change(path, 'record.json', (record) => record.experiments[0].trials.pop());
    reseal(path);
    const read = await readRun(path);
    expect(judgeFacts(read.plan, read, undefined)).toMatchObject({ outcome: 'invalid', exitCode: 2 });
  });
});

test('--allow turns an inconclusive verdict into a pass, and no error into one', async () => {
  const { path } = await saveSimulation(resilient, { interrupt: { atMs: 11_000, signal: 'SIGTERM' } });
  const read = await readRun(path);
  expect(judgeFacts(read.plan, read, 'inconclusive').exitCode).toBe(143);
});
