import { expect, test } from 'vitest';
import asyncFaults from '#experiments/async-faults.ts';
import { scopesOf } from './scope.ts';
import { situations } from './test-situations.ts';
import { viewExperiments } from './view.ts';

test('a soak says after what its passes can not exclude what it covers and what it does not', () => {
  const [{ verdict, plan }] = viewExperiments(situations['a breaker that kept its objectives']!()) as [
    ReturnType<typeof viewExperiments>[number],
  ];
  const { kills, counted, losesWith, covers } = asyncFaults.soak;
  const scopes = scopesOf({ verdict, plan: { ...plan, soak: { kills, counted, losesWith, covers } } });
  expect(scopes.slice(0, -1)).toEqual(scopesOf({ verdict, plan }));
  expect(scopes.at(-1)).toMatch(/^What it covers: .*outlives SIGKILL\. A power cut .* can take what/);
});
