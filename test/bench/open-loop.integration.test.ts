import { join } from 'node:path';
import { expect, test } from 'vitest';
import { system } from '#sut/system.ts';
import { withSystem } from './driven-system.ts';
import { type OpenTarget, playOpen } from './open-loop.ts';
import { prepareRequests } from './prepared-requests.ts';
import { type Question, questionsTo } from './question.ts';

const { signal } = new AbortController();
const segments = [{ phase: 'steady', seconds: 2, ratePerSecond: 20 }] as const;

/** What k6 made of the answers to these, each asked several times. */
async function errorsOf(questions: readonly Question[]): Promise<number> {
  return withSystem(system({ patterns: { 'batch-inference': {} } }), signal, async (up) => {
    const { source, count } = await prepareRequests(questions, join(up.folder, 'prepared'));
    const target: OpenTarget = {
      url: up.urlOf('model-server'),
      pids: up.pids,
      requests: source,
      keys: count,
      script: 'prepared',
      processes: up.processes,
      folder: up.folder,
    };
    const { spans } = await playOpen(target, segments, 0, signal);
    expect(spans[0]!.planned).toBeGreaterThan(count);
    return spans[0]!.errors;
  });
}

test.each(['JSON', 'binary'] as const)(
  'k6 finds answers of many rows in %s right, all of them',
  async (form) => {
    // A machine with other work may answer a few too late.
    expect(await errorsOf(await questionsTo('mlp-1', form, 64, 4))).toBeLessThan(0.2);
  },
);

test('and one number that is not the model’s wrong', async () => {
  const questions = await questionsTo('mlp-1', 'binary', 64, 2);
  for (const { golden, tolerance } of questions) golden[639]! += 3 * tolerance;
  expect(await errorsOf(questions)).toBe(1);
});
