import { describe, expect, test } from 'vitest';
import { FAULTS, PHASE_NAMES, planMoments } from './phases.ts';

describe('the planned moments', () => {
  const moments = planMoments(100, 1);

  test('are half in the fault, and at least five in each other phase', () => {
    expect(moments.filter(({ phase }) => phase === 'fault')).toHaveLength(50);
    for (const name of PHASE_NAMES)
      expect(moments.filter(({ phase }) => phase === name).length).toBeGreaterThanOrEqual(5);
  });

  test('use every fault, and are the same for the same seed only', () => {
    expect(new Set(moments.map(({ fault }) => fault))).toEqual(new Set(FAULTS));
    expect(planMoments(100, 1)).toEqual(moments);
    expect(planMoments(100, 2)).not.toEqual(moments);
  });
});
