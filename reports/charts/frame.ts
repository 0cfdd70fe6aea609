import { FAINT_INK, GRID, INK } from '../palette.ts';
import type { Grid, Legend, Line, Title } from './echarts.ts';

/** Fonts that the reader's machine has. Without quotes: ECharts puts the text into an attribute as it is. */
export const FONT = 'system-ui, -apple-system, Roboto, Arial, sans-serif';

export const WIDTH = 1060;
/** For a telephone. */
export const NARROW = 420;
export const LEFT = 66;
/** Room for the names of horizontal lines. */
export const RIGHT = 86;

/** What one panel adds to the option of the whole picture. */
export interface Panel {
  titles: Title[];
  legends: Legend[];
  grids: { grid: Grid; x: object; y: object; lines: Line[] }[];
  height: number;
}

export function heading(text: string, top: number, width: number): Title {
  return {
    text: wrapped(text, 15, width).join('\n'),
    left: 14,
    top,
    textStyle: { fontSize: 15, lineHeight: 19, fontWeight: 'bold', color: INK, fontFamily: FONT },
  };
}

/** Height of a heading; one line of it is in whatever stands below. */
export function headingMore(text: string, width: number): number {
  return (wrapped(text, 15, width).length - 1) * 19;
}

/** A text in lines that fit, by the widest common font. */
export function wrapped(text: string, fontSize: number, width: number): string[] {
  const most = Math.max(12, Math.floor((width - 28) / (fontSize * (width < WIDTH ? 0.58 : 0.5))));
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Lines that a legend takes, by the same widest font; it wraps where the next entry doesn't fit. */
export function legendRows(names: readonly string[], iconWidth: number, width: number): number {
  const room = width - LEFT - RIGHT;
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const own = name.length * 12 * 0.62 + iconWidth + 26;
    if (used > 0 && used + own > room) {
      rows += 1;
      used = 0;
    }
    used += own;
  }
  return rows;
}

export const LEGEND_ROW = 26;

export function legendStyle(top: number): Legend {
  return {
    left: LEFT - 8,
    right: RIGHT,
    top,
    itemGap: 16,
    itemHeight: 12,
    selectedMode: false,
    textStyle: { fontSize: 12, color: INK, fontFamily: FONT },
  };
}

/** Seconds between ticks that people count in. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const MOST_TICKS = 16;
const FEW_TICKS = 5;

/** Seconds since the start of the tape: the one clock that all panels share. */
export function timeAxis(endSeconds: number, named: boolean, width: number): object {
  const most = width < WIDTH ? FEW_TICKS : MOST_TICKS;
  const interval = STEPS.find((step) => endSeconds / step <= most) ?? Math.ceil(endSeconds / most);
  return {
    type: 'value',
    min: 0,
    max: endSeconds,
    axisLine: { lineStyle: { color: FAINT_INK }, onZero: false },
    axisTick: { show: true, lineStyle: { color: FAINT_INK } },
    splitLine: { show: false },
    axisLabel: {
      show: named,
      color: FAINT_INK,
      fontSize: 11,
      fontFamily: FONT,
      formatter: '{value} s',
      showMaxLabel: false,
    },
    interval,
  };
}

export const valueAxisStyle = {
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: GRID } },
} as const;

export const valueLabelStyle = { color: FAINT_INK, fontSize: 11, fontFamily: FONT } as const;
