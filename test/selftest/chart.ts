import { type ChartOption, drawSvg, type Line, type Title } from '#reports/charts/echarts.ts';
import { FONT, heading, valueAxisStyle, valueLabelStyle } from '#reports/charts/frame.ts';
import { levelMark } from '#reports/charts/marks.ts';
import { FAINT_INK, INK, variantColour } from '#reports/palette.ts';
import { rarePoints } from '#slo/selftest/rare.ts';

const WIDTH = 1060;
const HEIGHT = 470;
const [TOP, LEFT, PANEL, GAP] = [130, 60, 410, 110];
const MOST = 0.5;
const LIMIT_COLOUR = '#a8201a';

const unique = <T>(values: readonly T[]) => [...new Set(values)];
const expectations = unique(rarePoints.map(({ expected }) => expected)).sort((a, b) => a - b);
const episodeLengths = unique(rarePoints.map(({ episodeSeconds }) => episodeSeconds));
const windows = unique(rarePoints.map(({ seconds }) => seconds));

/** How often a server that is just outside its target passes, by how rare its bad episodes are. */
export function falsePassChart(shares: readonly number[]): string {
  const grids = windows.map((_, i) => ({
    left: LEFT + i * (PANEL + GAP),
    width: PANEL,
    top: TOP,
    height: HEIGHT - TOP - 60,
  }));
  const option: ChartOption & Record<string, unknown> = {
    backgroundColor: '#ffffff',
    title: [...head(), ...windows.map(panelTitle)],
    legend: {
      left: LEFT - 8,
      top: 74,
      data: episodeLengths.map((length) => ({ name: lineName(length), icon: 'roundRect' })),
      itemWidth: 18,
      itemHeight: 4,
      textStyle: { fontSize: 12, color: INK, fontFamily: FONT },
    },
    grid: grids,
    xAxis: windows.map((_, gridIndex) => xAxis(gridIndex)),
    yAxis: windows.map((_, gridIndex) => yAxis(gridIndex)),
    series: windows.flatMap((seconds, i) =>
      [...linesOf(seconds, shares), levelMark(0.06, '6 %', LIMIT_COLOUR)].map((line) => ({
        ...line,
        xAxisIndex: i,
        yAxisIndex: i,
      })),
    ),
  };
  return drawSvg(option, WIDTH, HEIGHT, 'selftest');
}

function head(): Title[] {
  return [
    heading('False passes of a server just outside its target, by how rare its bad episodes are', 8, WIDTH),
    {
      text: 'Solid: episodes of equal length; dashed: of exponential lengths. In an episode every request misses.',
      left: 14,
      top: 38,
      textStyle: { fontSize: 12, fontWeight: 'normal', color: FAINT_INK, fontFamily: FONT },
    },
  ];
}

function panelTitle(seconds: number, i: number): Title {
  return {
    text: `window of ${seconds} s`,
    left: LEFT + i * (PANEL + GAP),
    top: TOP - 26,
    textStyle: { fontSize: 13, fontWeight: 'bold', color: INK, fontFamily: FONT },
  };
}

function linesOf(seconds: number, shares: readonly number[]): Line[] {
  return (['equal', 'exponential'] as const).flatMap((vary) =>
    episodeLengths.map((episodeSeconds, i): Line => {
      const at = (expected: number) =>
        rarePoints.findIndex(
          (point) =>
            point.seconds === seconds &&
            point.vary === vary &&
            point.episodeSeconds === episodeSeconds &&
            point.expected === expected,
        );
      return {
        type: 'line',
        name: lineName(episodeSeconds),
        data: expectations.map((expected) => shares[at(expected)] ?? null),
        symbol: 'none',
        silent: true,
        color: variantColour(i),
        lineStyle: { color: variantColour(i), width: 2, type: vary === 'equal' ? 'solid' : 'dashed' },
      };
    }),
  );
}

function lineName(episodeSeconds: number): string {
  return `episodes of ${episodeSeconds} s`;
}

function xAxis(gridIndex: number): object {
  return {
    type: 'category',
    gridIndex,
    data: expectations.map(String),
    boundaryGap: false,
    name: 'bad episodes to be expected in the window',
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: FAINT_INK, fontSize: 12, fontFamily: FONT },
    axisLabel: valueLabelStyle,
    axisLine: { lineStyle: { color: FAINT_INK } },
  };
}

function yAxis(gridIndex: number): object {
  return {
    type: 'value',
    gridIndex,
    min: 0,
    max: MOST,
    ...valueAxisStyle,
    axisLabel: { ...valueLabelStyle, formatter: (share: number) => `${Math.round(share * 100)} %` },
  };
}
