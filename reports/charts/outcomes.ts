import { FATE_TEXT, FATES, type Fate } from '../fate.ts';
import { FATE_COLOUR } from '../palette.ts';
import type { Strip, Strips } from '../strips.ts';
import type { Line } from './echarts.ts';
import {
  FONT,
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
  WIDTH,
} from './frame.ts';
import { faultMarks, instantMarks, warmUpMark } from './marks.ts';

const PLOT_HEIGHT = 104;
const ICON_WIDTH = 14;

/** What became of the planned requests: one strip a trial, every stretch of it adding up to 100 %. */
export function outcomesPanel(picture: Strips, top: number, width: number): Panel {
  const isNarrow = width < WIDTH;
  // There a strip's name and its summary stand one below the other.
  const titleHeight = isNarrow ? 42 : 24;
  const stripHeight = PLOT_HEIGHT + 20 + titleHeight;
  const seen = FATES.filter((fate) =>
    picture.strips.some(({ bins }) => bins.some(({ fates }) => fates[fate] > 0)),
  );
  const labels = seen.map((fate) => FATE_TEXT[fate]);
  const every = picture.binSeconds === 1 ? 'second' : `${picture.binSeconds} seconds`;
  const title = `What became of the requests planned in each ${every}`;
  const more = headingMore(title, width);
  const above = 32 + more + legendRows(labels, ICON_WIDTH, width) * LEGEND_ROW;
  return {
    titles: [
      heading(title, top, width),
      ...picture.strips.map((strip, i) => stripTitle(strip, top + above + i * stripHeight, isNarrow)),
    ],
    legends: [
      {
        ...legendStyle(top + 26 + more),
        itemWidth: ICON_WIDTH,
        icon: 'rect',
        data: labels.map((name) => ({ name })),
      },
    ],
    grids: picture.strips.map((strip, i) => ({
      grid: {
        left: LEFT,
        right: RIGHT,
        top: top + above + titleHeight + i * stripHeight,
        height: PLOT_HEIGHT,
      },
      x: timeAxis(picture.endSeconds, i === picture.strips.length - 1, width),
      y: {
        type: 'value',
        min: 0,
        max: 100,
        interval: 50,
        ...valueAxisStyle,
        axisLabel: { ...valueLabelStyle, formatter: '{value} %' },
      },
      lines: [
        ...seen.toReversed().map((fate) => area(strip, fate)),
        ...warmUpMark(strip.trial.spans['warm-up']),
        ...faultMarks(strip.trial.windows, (name) => name),
        ...instantMarks(strip.trial.breakerOpenedMs, 'breaker opened'),
      ],
    })),
    height: above + picture.strips.length * stripHeight + 26,
  };
}

function stripTitle({ name, colour, summary }: Strip, top: number, isNarrow: boolean) {
  return {
    text: name,
    left: LEFT - 6,
    top,
    textStyle: {
      fontSize: 13,
      lineHeight: 17,
      fontFamily: FONT,
      color: colour,
      fontWeight: 'bold' as const,
      rich: { more: { fontSize: 12, fontFamily: FONT, color: '#3c424b', fontWeight: 'normal' as const } },
    },
    ...(summary ? { text: `${name}{more|${isNarrow ? '}\n{more|' : '    '}${summary}}` } : {}),
  };
}

/**
 * The share of a fate and of all better ones, filled down to zero: drawn worst first, each better one covers its part
 * of the last. ECharts' own stacking draws both edges of an area by rounded points, and slivers of white show between.
 * Steps, since a share belongs to a whole stretch; the last one is repeated where it ends.
 */
function area({ bins }: Strip, upTo: Fate): Line {
  const counted = FATES.slice(0, FATES.indexOf(upTo) + 1);
  const share = ({ planned, fates }: Strip['bins'][number]) => {
    const sum = counted.reduce((so, fate) => so + fates[fate], 0);
    return planned === 0 ? 0 : Number(((sum / planned) * 100).toFixed(2));
  };
  const data = bins.map((bin) => [bin.fromMs / 1000, share(bin)]);
  const last = bins.at(-1);
  if (last) data.push([last.toMs / 1000, share(last)]);
  return {
    type: 'line',
    name: FATE_TEXT[upTo],
    step: 'end',
    symbol: 'none',
    silent: true,
    data,
    color: FATE_COLOUR[upTo],
    lineStyle: { width: 0 },
    areaStyle: { color: FATE_COLOUR[upTo], opacity: 1 },
  };
}
