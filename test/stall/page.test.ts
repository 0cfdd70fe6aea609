import { describe, expect, test } from 'vitest';
import { type StallFigures, sectionOf } from './page.ts';

const figures: StallFigures = {
  gauntlet: {
    stall: { fromMs: 8_000, toMs: 10_003 },
    expected: { requests: 5_000, p99Ms: 1_900, beyond: 1_000 },
    mostInFlight: 580,
    seen: { requests: 5_000, p99Ms: 1_919, beyond: 980 },
    neverSent: 0,
    outcome: 'fail',
    lateness: 'p99 of the lateness 4 ms, bound 20 ms',
    broken: [],
    disturbed: 0,
  },
  arrivalRate: {
    stallMs: 2_001,
    seen: { requests: 4_400, p99Ms: 31, beyond: 20 },
    dropped: 585,
    passed: true,
  },
  closedLoop: { stallMs: 2_000, seen: { requests: 4_700, p99Ms: 9, beyond: 20 }, dropped: 0, passed: true },
};

describe('the section on the stall', () => {
  test('has a row for each figure, the arithmetic first', () => {
    const section = sectionOf(figures);
    expect(section).toContain('| p99 of the response time | 1,900 ms | 1,919 ms | 31 ms | 9 ms |');
    expect(section).toContain('| 1,000 of 5,000 | 980 of 5,000 | 20 of 4,400 | 20 of 4,700 |');
    expect(section).toContain('| planned and never sent | 0 | 0 | 585 | none is planned |');
    expect(section).toContain('| **missed** | **fail** | pass | pass |');
    expect(section).toContain('| 2,003 ms | 2,003 ms | 2,001 ms | 2,000 ms |');
  });

  test('names how far the harness is off, on which side', () => {
    expect(sectionOf(figures)).toContain(
      'p99 is off by +1.0 % and its count by −2.0 %, where 5 % are allowed',
    );
  });

  test('explains a verdict that is not the same as the count', () => {
    const gauntlet = { ...figures.gauntlet, outcome: 'inconclusive' as const };
    expect(sectionOf({ ...figures, gauntlet })).toContain('all late answers come from one stall');
    expect(sectionOf(figures)).not.toContain('all late answers come from one stall');
  });

  test('says so where a play that was repeated was disturbed to the last', () => {
    const gauntlet = {
      ...figures.gauntlet,
      broken: ['p99 of the lateness 150 ms, bound 20 ms'],
      disturbed: 2,
    };
    const section = sectionOf({ ...figures, gauntlet });
    expect(section).toContain('invalid and proves nothing:** p99 of the lateness 150 ms, bound 20 ms.');
    expect(section).toContain('The machine disturbed 2 earlier plays, left out here.');
    expect(section).toContain('| **missed** | **invalid** |');
    expect(section).not.toContain('is off by');
  });
});
