import { milliseconds } from '../format.ts';
import { INK } from '../palette.ts';
import { drawSvg, type Line } from './echarts.ts';
import {
  FONT,
  heading,
  headingMore,
  LEFT,
  LEGEND_ROW,
  legendRows,
  legendStyle,
  RIGHT,
  timeAxis,
  valueAxisStyle,
  valueLabelStyle,
} from './frame.ts';
import { levelMark } from './marks.ts';

const PLOT_HEIGHT = 210;
const ICON_WIDTH = 30;
const DEADLINE_COLOUR = '#a8201a';
/** The axis is logarithmic in what lies above a percentile: each step is a tenth of the last. */
const NINES = ['0 %', '90 %', '99 %', '99.9 %', '99.99 %', '99.999 %'];

export interface Curve {
  name: string;
  colour: string;
  /** Share of the requests that took at most so many milliseconds, ascending. */
  points: readonly { share: number; ms: number }[];
}

/** How long requests took, percentile by percentile, with the tail drawn out; a curve a variant. */
export function percentilesSvg(
  title: string,
  curves: readonly Curve[],
  deadlineMs: number,
  idPrefix: string,
  width: number,
): string {
  const names = curves.map(({ name }) => name);
  const more = headingMore(title, width);
  const above = 30 + more + legendRows(names, ICON_WIDTH, width) * LEGEND_ROW;
  const lines = curves.map(lineOf);
  const places = curves.flatMap(({ points }) =>
    points.filter(({ share }) => share < 1).map(({ share }) => placeOf(share)),
  );
  const values = curves.flatMap(({ points }) => points.map(({ ms }) => Math.max(0.1, ms)));
  const right = Math.max(1, ...places);
  const [low, high] = [Math.min(deadlineMs, ...values), Math.max(deadlineMs, ...values)].map(Math.log10);
  return drawSvg(
    {
      backgroundColor: '#ffffff',
      title: [heading(title, 6, width)],
      legend: [
        {
          ...legendStyle(32 + more),
          itemWidth: ICON_WIDTH,
          itemStyle: { opacity: 0 },
          data: names.map((name) => ({ name })),
        },
      ],
      grid: [{ left: LEFT, right: RIGHT, top: 6 + above, height: PLOT_HEIGHT }],
      xAxis: [{ ...timeAxis(right, true, width), ...nines(right) }],
      yAxis: [
        {
          type: 'log',
          min: 10 ** Math.floor(low!),
          max: 10 ** Math.max(Math.ceil(high!), Math.floor(low!) + 1),
          ...valueAxisStyle,
          axisLabel: { ...valueLabelStyle, formatter: (value: number) => milliseconds(value) },
        },
      ],
      series: [...lines, levelMark(deadlineMs, `deadline\n${milliseconds(deadlineMs)}`, DEADLINE_COLOUR)],
    },
    width,
    6 + above + PLOT_HEIGHT + 34,
    idPrefix,
  );
}

/** 0 at no request, 1 at nine tenths of them, 2 at 99 %; the longest has no place. */
function placeOf(share: number): number {
  return -Math.log10(1 - share);
}

function lineOf({ name, colour, points }: Curve): Line {
  const inner = points.filter(({ share }) => share < 1);
  const data = inner.map(({ share, ms }) => [Number(placeOf(share).toFixed(4)), Math.max(0.1, ms)]);
  return {
    type: 'line',
    name,
    data,
    symbol: 'circle',
    symbolSize: 5,
    silent: true,
    color: colour,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2.2 },
  };
}

function nines(right: number): object {
  return {
    max: Math.max(1, Math.ceil(right * 10) / 10),
    interval: 1,
    axisLabel: {
      show: true,
      color: INK,
      fontSize: 11,
      fontFamily: FONT,
      formatter: (value: number) => NINES[value] ?? '',
    },
    splitLine: { show: true, lineStyle: valueAxisStyle.splitLine.lineStyle },
  };
}
