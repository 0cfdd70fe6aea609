import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRecord, readVerdict, runGauntlet, startGauntlet } from './gauntlet.ts';

const FOUR = './test/fixtures/experiments/four-seconds.ts';

/** Resolves when the killed run's watchdog has let the machine go. */
async function healed(): Promise<void> {
  const heal = await runGauntlet(['heal'], { out: false });
  expect(heal.code, heal.output()).toBe(0);
}

test('a run that was killed goes on in its folder with what is missing, told by its name alone', async () => {
  const running = startGauntlet(['loadtest', FOUR, '--rate', '50']);
  await running.seen(/\[2\/3\].*· steady/);
  running.child.kill('SIGKILL');
  await running.exit;
  await healed();
  const path = join(running.out, readdirSync(running.out).find((name) => name.endsWith('-loadtest'))!);
  const first = readFileSync(join(path, 'trials/four-seconds/1-candidate/samples.parquet'));

  const other = await runGauntlet(['loadtest', '--resume', path, '--rate', '60'], { out: false });
  expect(other.code).toBe(64);
  expect(other.output()).toContain('four-seconds: other load, tapes');
  expect(other.output()).toContain(`It was begun by: npm run loadtest -- ${FOUR} --rate 50`);

  const resumed = await runGauntlet(['loadtest', '--resume', path], { out: false });
  expect(resumed.output()).toMatch(
    /Goes on with \S+-loadtest: 1 of 3 trials are played, about \d+ s are left/,
  );
  expect(resumed.output()).not.toContain('[1/3]');
  expect(resumed.output()).toMatch(/Broken off and gone on with 1 time: \d{4}-/);
  expect(resumed.code, resumed.output()).toBe(0);
  expect(readVerdict(running.out)).toMatchObject({ ended: 'completed', outcome: 'pass' });
  const record = readRecord(running.out);
  expect(record.resumed).toHaveLength(1);
  expect(record.experiments[0]!.trials.map(({ round }) => round)).toEqual([1, 2, 3]);
  expect(readFileSync(join(path, 'trials/four-seconds/1-candidate/samples.parquet'))).toEqual(first);

  const again = await runGauntlet(['loadtest', '--resume', path], { out: false });
  expect(again.code).toBe(64);
  expect(again.output()).toContain('was played to its end');
});
