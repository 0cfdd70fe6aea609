import { milliseconds } from '../format.ts';
import { leading, type Strips } from '../strips.ts';
import type { Line } from './echarts.ts';
import {
  heading,
  headingMore,
  LEFT,
  LEGEND_ROW,
  legendRows,
  legendStyle,
  type Panel,
  RIGHT,
  timeAxis,
  valueAxisStyle,
  valueLabelStyle,
} from './frame.ts';
import { faultMarks, levelMark, warmUpMark } from './marks.ts';

const PLOT_HEIGHT = 230;
const ICON_WIDTH = 30;
const MEDIAN = ' p50';
const DEADLINE_COLOUR = '#a8201a';

/** Median and p99 of the response time, one colour a strip, with the deadline. */
export function latencyPanel(
  picture: Strips,
  deadlineMs: number,
  clientTimeoutMs: number,
  top: number,
  width: number,
): Panel {
  const names = picture.strips.map(({ name }) => name);
  const every = picture.binSeconds === 1 ? 'second' : `${picture.binSeconds} seconds`;
  const title = `Response time of the requests planned in each ${every}: median (solid) and p99 (dashed)`;
  const more = headingMore(title, width);
  const above = 30 + more + legendRows(names, ICON_WIDTH, width) * LEGEND_ROW;
  const lead = leading(picture.strips);
  const lines = picture.strips.flatMap(({ name, colour, bins }) => [
    quantileLine(
      name + MEDIAN,
      colour,
      'solid',
      points(bins, ({ p50Ms }) => p50Ms),
    ),
    quantileLine(
      `${name} p99`,
      colour,
      'dashed',
      points(bins, ({ p99Ms }) => p99Ms),
    ),
  ]);
  const values = lines.flatMap(({ data }) => (data as [number, number | null][]).flatMap(([, y]) => y ?? []));
  const [low, high] = decades([deadlineMs, clientTimeoutMs, ...values]);
  return {
    titles: [heading(title, top, width)],
    legends: [
      {
        ...legendStyle(top + 26 + more),
        itemWidth: ICON_WIDTH,
        // Hides the dot on the line's sample.
        itemStyle: { opacity: 0 },
        data: names.map((name) => ({ name: name + MEDIAN })),
        formatter: (name: string) => name.slice(0, -MEDIAN.length),
      },
    ],
    grids: [
      {
        grid: { left: LEFT, right: RIGHT, top: top + above, height: PLOT_HEIGHT },
        x: timeAxis(picture.endSeconds, true, width),
        y: {
          type: 'log',
          min: low,
          max: high,
          ...valueAxisStyle,
          axisLabel: { ...valueLabelStyle, formatter: (value: number) => milliseconds(value) },
        },
        lines: [
          ...lines,
          levelMark(deadlineMs, `deadline\n${milliseconds(deadlineMs)}`, DEADLINE_COLOUR),
          ...warmUpMark(lead?.trial.spans['warm-up']),
          ...faultMarks(lead?.trial.windows ?? [], (name) => `fault: ${name}`),
        ],
      },
    ],
    height: above + PLOT_HEIGHT + 34,
  };
}

type Bins = Strips['strips'][number]['bins'];

/** In the middle of the stretch that a point speaks for; null, a gap, where nothing was sent. */
function points(bins: Bins, of: (bin: Bins[number]) => number | null): [number, number | null][] {
  return bins.map((bin) => {
    const value = of(bin);
    return [(bin.fromMs + bin.toMs) / 2000, value === null ? null : Math.max(0.1, Number(value.toFixed(2)))];
  });
}

function quantileLine(
  name: string,
  color: string,
  type: 'solid' | 'dashed',
  data: [number, number | null][],
): Line {
  return {
    type: 'line',
    name,
    data,
    symbol: 'none',
    silent: true,
    color,
    lineStyle: { color, type, width: type === 'solid' ? 2.4 : 1.6 },
  };
}

/** Whole powers of ten around the values. */
function decades(values: readonly number[]): [number, number] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}
