import { describe, expect, test } from 'vitest';
import { type Metric, metrics } from '#contract/metrics.ts';
import type { Board } from './board.ts';
import { grafanaBoard } from './grafana.ts';
import { boards } from './index.ts';
import { ALLOWED, missRatio, WINDOWS } from './rules/names.ts';

const all = Object.entries<Board>(boards);
const panels = all.flatMap(([name, { rows }]) =>
  rows.flatMap(({ panels }) => panels.map((panel) => [name, panel.title, panel] as const)),
);

/** What Prometheus itself adds to a series. */
const TARGET = ['job', 'instance'];
/** Metrics that Prometheus, Node and the process publish. */
const NOT_OURS = [
  'up',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'nodejs_eventloop_lag_p99_seconds',
];
const known = new Map<string, readonly string[]>([
  ...NOT_OURS.map((name): [string, string[]] => [name, TARGET]),
  ...[ALLOWED, ...WINDOWS.map(missRatio)].map((name): [string, string[]] => [name, ['slo']]),
  ...Object.values<Metric>(metrics).flatMap(({ name, kind, labels }) => {
    const own = [...labels, ...TARGET];
    if (kind !== 'histogram') return [[name, own] as [string, string[]]];
    return [
      [`${name}_bucket`, [...own, 'le']],
      [`${name}_sum`, own],
      [`${name}_count`, own],
    ] as [string, string[]][];
  }),
]);

/** The metrics that a query reads, each with the labels that it is selected by. */
function seriesIn(expr: string): { name: string; labels: string[] }[] {
  const bare = expr.replaceAll(/\b(?:by|on) \([^)]*\)/g, '').replaceAll(/\[[^\]]*\]/g, '');
  const found = bare.matchAll(/([a-z_][a-z0-9_:]*)\s*(?:\{([^}]*)\})?(\s*\()?/gi);
  return [...found]
    .filter(([, name, , call]) => !call && !['and', 'or'].includes(name!))
    .map(([, name, selector = '']) => ({
      name: name!,
      labels: [...selector.matchAll(/([a-z_]+)\s*(?:=~|!=|=)/g)].map(([, label]) => label!),
    }));
}

/** The labels that are left after grouping. */
function groupsIn(expr: string): string[] {
  return [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(', '));
}

describe('every board', () => {
  test.each(all)('%s has an address of its own, which is its name', (name, { uid, title, description }) => {
    expect(uid).toBe(`gauntlet-${name}`);
    expect(title).not.toBe('');
    expect(description).not.toBe('');
  });

  test.each(all)('%s has rows of panels whose titles tell them apart', (_, { rows }) => {
    const titles = rows.flatMap(({ panels }) => panels.map(({ title }) => title));
    expect(titles.length).toBeGreaterThan(0);
    expect(new Set(titles).size).toBe(titles.length);
    for (const { panels } of rows) expect(panels.length).toBeGreaterThan(0);
  });

  test.each(all)('%s gives a panel the same number however many stand before it', (_, board) => {
    const drawn = idsOf(board);
    expect(new Set(drawn.values()).size).toBe(drawn.size);
    for (const row of board.rows)
      for (const panel of row.panels) {
        const alone = idsOf({ ...board, rows: [{ ...row, panels: [panel] }] });
        expect(alone.get(panel.title)).toBe(drawn.get(panel.title));
      }
  });
});

function idsOf(board: Board): Map<string, number> {
  return new Map(grafanaBoard(board).panels!.map(({ title, id }) => [title!, id!]));
}

describe('every panel', () => {
  test.each(panels)('%s: %s says what to look for, in a unit', (_board, _title, panel) => {
    expect(panel.description).toMatch(/^\S.*\.$/s);
    expect(panel.unit).not.toBe('');
    expect(panel.queries.length).toBeGreaterThan(0);
  });

  test.each(panels)('%s: %s asks for what is published, by labels that it has', (_board, _title, panel) => {
    for (const { expr } of panel.queries) {
      const series = seriesIn(expr);
      expect(series, expr).not.toEqual([]);
      for (const { name, labels } of series) {
        expect([...known.keys()], expr).toContain(name);
        for (const label of [...labels, ...groupsIn(expr)]) expect(known.get(name), expr).toContain(label);
      }
    }
  });

  test.each(panels)('%s: %s names its series by labels that the query leaves', (_board, _title, panel) => {
    for (const { expr, legend } of panel.queries) {
      const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
      const isGrouped = /\b(sum|max)\b/.test(expr);
      const left = isGrouped ? groupsIn(expr) : seriesIn(expr).flatMap(({ name }) => known.get(name)!);
      for (const label of named) expect(left, expr).toContain(label);
    }
  });
});
