import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { openPorts, readRecord, readVerdict, startOnTerminal } from './gauntlet.ts';

const SHORT = './test/fixtures/experiments/short-breaker.ts';

/** How each phase shows on the progress line, and how long it lasts in the short experiment. */
const phases = {
  'warm-up': { line: /· warm-up ·/, seconds: 2 },
  steady: { line: /· steady ·/, seconds: 7 },
  fault: { line: /fault: latency/, seconds: 5 },
  recovery: { line: /· recovery ·/, seconds: 8 },
} as const;

// Twenty, half of them while the fault is active, at least one in each phase.
const moments = (['warm-up', 'steady', 'recovery', 'fault'] as const).flatMap((phase) =>
  Array.from({ length: { 'warm-up': 3, steady: 4, recovery: 3, fault: 10 }[phase] }, () => phase),
);

describe('twenty Ctrl-C on a terminal, through npm, at random moments', () => {
  const random = xoroshiro128plus(20);
  const seeded = moments.map((phase, i) => {
    const share = (random.next() >>> 0) / 2 ** 32;
    return [i + 1, phase, Math.floor(share * (phases[phase].seconds - 0.5) * 1000)] as const;
  });

  test.each(seeded)(
    'number %d, in %s after %d ms: exit 130, healed, nothing left',
    async (_, phase, delayMs) => {
      const running = startOnTerminal(['chaos', SHORT]);
      await running.seen(phases[phase].line);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      running.child.stdin!.write('\x03');
      const { code } = await running.exit;
      expect(code, running.output()).toBe(130);
      expect(running.processes()).toEqual([]);
      expect(await openPorts(running.out)).toEqual([]);
      expect(readVerdict(running.out)).toMatchObject({ ended: 'interrupted', exitCode: 130 });
      const [trial] = readRecord(running.out).experiments[0]!.trials;
      const [fault] = trial!.faults;
      expect(fault!.residue).toEqual([]);
      if (phase === 'fault' || phase === 'recovery')
        expect(fault!.healedAt).toBeGreaterThan(fault!.injectedAt!);
      else expect(fault!.injectRequestedAt).toBeNull();
    },
  );
});
