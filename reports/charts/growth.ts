import { FAINT_INK, INK } from '../palette.ts';
import { drawSvg, type Line, type Title } from './echarts.ts';
import {
  FONT,
  heading,
  headingMore,
  LEFT,
  RIGHT,
  valueAxisStyle,
  valueLabelStyle,
  WIDTH,
  wrapped,
} from './frame.ts';

const PLOT_HEIGHT = 150;
const PANEL_HEAD = 34;
const PANEL_GAP = 18;
const AXIS_ROOM = 46;

/** One quantity along the steps; null where a step was not measured. */
export interface Grown {
  name: string;
  colour: string;
  values: readonly (number | null)[];
  /** Where it spans decades. */
  isLog?: boolean;
}

/** Quantities along the same steps, one panel below the other; steps stand at equal distances, whatever they are. */
export function growthSvg(
  title: string,
  steps: { name: string; labels: readonly string[] },
  panels: readonly Grown[],
  idPrefix: string,
  width = WIDTH,
): string {
  const head = 34 + headingMore(title, width);
  const panelHeight = PANEL_HEAD + PLOT_HEIGHT + PANEL_GAP;
  const topOf = (i: number) => head + i * panelHeight;
  return drawSvg(
    {
      backgroundColor: '#ffffff',
      title: [
        heading(title, 6, width),
        ...panels.map(({ name, colour }, i) => words(name, LEFT - 6, topOf(i) + 8, colour, 13)),
        words(
          wrapped(steps.name, 12, width).join('\n'),
          LEFT - 6,
          topOf(panels.length) + AXIS_ROOM - 20,
          FAINT_INK,
          12,
        ),
      ],
      grid: panels.map((_, i) => ({
        left: LEFT,
        right: RIGHT,
        top: topOf(i) + PANEL_HEAD,
        height: PLOT_HEIGHT,
      })),
      xAxis: panels.map((_, gridIndex) => ({
        type: 'category',
        gridIndex,
        data: [...steps.labels],
        axisLine: { lineStyle: { color: FAINT_INK }, onZero: false },
        axisTick: { show: true, alignWithLabel: true, lineStyle: { color: FAINT_INK } },
        axisLabel: {
          show: gridIndex === panels.length - 1,
          color: INK,
          fontSize: 11,
          fontFamily: FONT,
          interval: 0,
          hideOverlap: true,
        },
      })),
      yAxis: panels.map(({ isLog, values }, gridIndex) => ({
        type: isLog ? 'log' : 'value',
        gridIndex,
        ...(isLog ? decadesOf(values) : { min: 0 }),
        splitNumber: 4,
        ...valueAxisStyle,
        axisLabel: { ...valueLabelStyle, formatter: short },
      })),
      series: panels.map((panel, i) => ({ ...lineOf(panel), xAxisIndex: i, yAxisIndex: i })),
    },
    width,
    topOf(panels.length) + AXIS_ROOM,
    idPrefix,
  );
}

function lineOf({ name, colour, values }: Grown): Line {
  return {
    type: 'line',
    name,
    silent: true,
    symbol: 'circle',
    symbolSize: 7,
    color: colour,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2.2 },
    label: {
      show: true,
      position: 'top',
      color: INK,
      fontSize: 11,
      fontFamily: FONT,
      formatter: ({ value }) => short(Number(value)),
    },
    data: values.map((value) => value ?? '-'),
  };
}

/** Whole decades about what is there. */
function decadesOf(values: readonly (number | null)[]): { min: number; max: number } {
  const there = values.filter((value): value is number => value !== null && value > 0);
  const [low, high] = [Math.min(...there), Math.max(...there)].map(Math.log10);
  if (there.length === 0) return { min: 1, max: 10 };
  const from = Math.floor(low!);
  return { min: 10 ** from, max: 10 ** Math.max(from + 1, Math.ceil(high! + 0.15)) };
}

/** Three digits, thousands and millions by their letter. */
function short(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)}M`;
  if (value >= 1e3) return `${digits(value / 1e3)}k`;
  return digits(value);
}

function digits(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)));
}

function words(text: string, left: number, top: number, color: string, fontSize: number): Title {
  return {
    text,
    left,
    top,
    padding: 0,
    textStyle: { fontSize, fontFamily: FONT, fontWeight: 'normal', color },
  };
}
