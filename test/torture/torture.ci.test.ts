import { describe, expect, test } from 'vitest';
import { ACCIDENTS, CELLS, playCell } from './cells.ts';
import { whyNoFaultyFolder } from './faulty-folder.ts';
import { HEALED_WITHIN_MS, killOnce } from './kills.ts';
import { FAULTS, PHASE_NAMES, PHASES } from './phases.ts';

// A small dose of `npm run torture`.

describe('SIGKILL of the harness', () => {
  test.each(PHASE_NAMES.map((phase, i) => [phase, FAULTS[i]!] as const))(
    'in %s (%s): healed, judged as interrupted, and the next answer is right',
    async (phase, fault) => {
      const delayMs = Math.floor(PHASES[phase].milliseconds / 2);
      const killed = await killOnce({ number: 1, phase, fault, delayMs });
      expect(killed.problems).toEqual([]);
      expect(killed.healedMs).toBeLessThanOrEqual(HEALED_WITHIN_MS);
      expect(killed.faultActive).toBe(phase === 'fault');
    },
  );
});

describe.each(CELLS)('$accident in $phase', ({ accident, phase }) => {
  const why = 'folder' in ACCIDENTS[accident] ? whyNoFaultyFolder() : null;
  if (why !== null) console.warn(`skipped: ${accident}: ${why}`);
  // In CI what can't be had is a failure.
  test.skipIf(why !== null && !process.env['CI'])('is named in time, with the right exit code', async () => {
    expect((await playCell({ accident, phase })).problems).toEqual([]);
  });
});
