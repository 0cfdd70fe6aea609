import type { Span } from '#contract/trial-view.ts';
import { FAINT_INK, INK } from '../palette.ts';
import type { FaultWindow } from '../view.ts';
import type { Line } from './echarts.ts';
import { FONT } from './frame.ts';

const ON_WHITE = {
  color: INK,
  fontFamily: FONT,
  fontSize: 11,
  fontWeight: 'bold',
  backgroundColor: '#ffffffe0',
  padding: 3,
  borderRadius: 3,
} as const;

/** Shades the fault windows and names them; a line of its own, so that it lies above every area. */
export function faultMarks(windows: readonly FaultWindow[], describe: (name: string) => string): Line[] {
  if (windows.length === 0) return [];
  const edges = windows.flatMap(({ fromMs, toMs }) => [fromMs / 1000, toMs / 1000]);
  return [
    {
      type: 'line',
      data: [],
      z: 9,
      silent: true,
      markArea: {
        z: 9,
        silent: true,
        itemStyle: { color: '#1c1f2414' },
        label: { ...ON_WHITE, position: 'insideTop', distance: 4 },
        data: windows.map(({ name, fromMs, toMs }) => [
          { name: describe(name), xAxis: fromMs / 1000 },
          { xAxis: toMs / 1000 },
        ]),
      },
      markLine: {
        z: 9,
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: INK, width: 1, type: 'dashed' },
        data: edges.map((xAxis) => ({ xAxis })),
      },
    },
  ];
}

/** Instants worth a name, such as the breaker's opening. */
export function instantMarks(instantsMs: readonly number[], name: string): Line[] {
  if (instantsMs.length === 0) return [];
  return [
    {
      type: 'line',
      data: [],
      z: 10,
      silent: true,
      markLine: {
        silent: true,
        symbol: ['none', 'triangle'],
        symbolSize: 7,
        lineStyle: { color: INK, width: 1.5, type: 'solid' },
        // One label is enough: a breaker that opens again and again would write over itself.
        data: instantsMs.map((ms, i) => ({
          xAxis: ms / 1000,
          // Beside the line and inside the plot: above it stands the strip's title.
          label: { ...ON_WHITE, show: i === 0, formatter: name, position: 'end', offset: [52, 62] },
        })),
      },
    },
  ];
}

/** Pales what nobody judges. */
export function warmUpMark(span: Span | undefined): Line[] {
  if (!span || span.toMs <= span.fromMs) return [];
  return [
    {
      type: 'line',
      data: [],
      z: 8,
      silent: true,
      markArea: {
        z: 8,
        silent: true,
        itemStyle: { color: '#ffffff80' },
        label: { ...ON_WHITE, color: FAINT_INK, fontWeight: 'normal', position: 'insideTop', distance: 4 },
        data: [[{ name: 'warm-up', xAxis: span.fromMs / 1000 }, { xAxis: span.toMs / 1000 }]],
      },
    },
  ];
}

/** A horizontal line with its name in the margin. */
export function levelMark(value: number, name: string, colour: string): Line {
  return {
    type: 'line',
    data: [],
    z: 8,
    silent: true,
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: colour, width: 1.5, type: [2, 3] },
      label: { ...ON_WHITE, color: colour, formatter: name, position: 'end' },
      data: [{ yAxis: value }],
    },
  };
}
