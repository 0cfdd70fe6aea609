import type { ClaimResult, Outcome } from '#contract/verdict.ts';
import { FAINT_INK, INK, OUTCOME_COLOUR } from '../palette.ts';
import type { Score } from '../scoreboard/scores.ts';
import { shortJudged } from '../scoreboard/words.ts';
import { CLAIM_KIND, claimText, effectText } from '../words.ts';
import { drawSvg, type Line, type Title } from './echarts.ts';
import { FONT, WIDTH, wrapped } from './frame.ts';

const PLOT_HEIGHT = 34;
/** Margins of a plot, room for the caption, and a row's height: words stand beside a plot, or where it is narrow above. */
const BESIDE = { left: 300, right: 190, top: 34, row: 72, words: 0 };
const ABOVE = { left: 20, right: 20, top: 52, row: 130, words: 56 };
type Place = typeof BESIDE;
/** The side of the bound on which the claim holds. */
const ALLOWED = '#00664b1f';
/** Of the line at no effect. */
const FAINT = '#a6adb6';
/** From so many times on a scale of ratios is logarithmic. */
const LOG_FROM = 8;

/** Each claim on a scale of its own: the effect with its 95 % interval, against its bound. */
export function intervalsSvg(
  { claims, simulation }: Pick<Score, 'claims' | 'simulation'>,
  idPrefix: string,
  width = WIDTH,
): string | null {
  const place = width < WIDTH ? ABOVE : BESIDE;
  const shown = claims.filter(({ effect }) => effect !== null);
  if (shown.length === 0) return null;
  const rows = shown.map((claim, i) => rowOf(claim, place.top + i * place.row, place, width));
  return drawSvg(
    {
      backgroundColor: '#ffffff',
      title: [caption(simulation !== null, width), ...rows.flatMap(({ titles }) => titles)],
      grid: rows.map(({ top }) => ({
        left: place.left,
        right: place.right,
        top: top + place.words,
        height: PLOT_HEIGHT,
      })),
      xAxis: rows.map(({ axis }, gridIndex) => ({ ...axis, gridIndex })),
      yAxis: rows.map((_, gridIndex) => ({ type: 'value', min: -1, max: 1, show: false, gridIndex })),
      series: rows.flatMap(({ lines }, i) =>
        lines.map((line) => ({ ...line, xAxisIndex: i, yAxisIndex: i })),
      ),
    },
    width,
    place.top + rows.length * place.row,
    idPrefix,
  );
}

function caption(isSimulated: boolean, width: number): Title {
  const text =
    (isSimulated ? 'SIMULATION: no inference speed. ' : '') +
    'Effect (dot) with its 95 % interval (bar); shaded: where the claim holds, up to its bound (line)';
  return words(wrapped(text, 13, width).join('\n'), 14, 6, { color: FAINT_INK });
}

function rowOf(claim: ClaimResult, top: number, place: Place, width: number) {
  const right = width - place.right + 18;
  const [low, high] = rangeOf(claim);
  const text = claimText(claim);
  const word = claim.kind === 'loss' && claim.outcome === 'fail' ? 'pass' : claim.outcome;
  const colour = word === 'observed' ? INK : OUTCOME_COLOUR[word as Outcome];
  const isRatio = claim.compare === 'ratio' && low > 0 && high / low >= LOG_FROM;
  const bold = { color: INK, fontWeight: 'bold' } as const;
  return {
    top,
    titles: [
      words(claim.name, 14, top - 4, bold),
      words(`${CLAIM_KIND[claim.kind]} against ${claim.against}`, 14, top + 15, { color: FAINT_INK }),
      ...(place === ABOVE
        ? [
            { ...words(text.effect, width - 14, top - 4, bold), textAlign: 'right' as const },
            words(shortJudged(text.judged), 14, top + 33, { color: colour }),
          ]
        : [
            words(text.effect, right, top - 4, bold),
            words(shortJudged(text.judged), right, top + 15, { color: colour }),
          ]),
    ],
    axis: {
      type: isRatio ? ('log' as const) : ('value' as const),
      min: low,
      max: high,
      splitNumber: 4,
      axisLine: { show: true, onZero: false, lineStyle: { color: FAINT_INK } },
      axisTick: { show: true, lineStyle: { color: FAINT_INK } },
      splitLine: { show: false },
      axisLabel: {
        color: FAINT_INK,
        fontSize: 11,
        fontFamily: FONT,
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => effectText(claim, value),
      },
    },
    lines: [
      bound(claim, low, high),
      ...nothing(claim, low, high),
      ...interval(claim, colour),
      dot(claim, colour),
    ],
  };
}

/** What is narrower has no axis: between two bounds of 1e-300 there are no numbers to write at it. */
const LEAST_RANGE = 1e-9;

/** Wide enough for interval, bound and no effect at all, with a margin. */
function rangeOf({ effect, interval, bound, compare }: ClaimResult): [number, number] {
  const none = compare === 'ratio' ? [1] : [0];
  const at = 'atMost' in bound ? bound.atMost : bound.atLeast;
  const all = [effect!, ...(interval ?? []), at, ...none].filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (compare === 'ratio' && low > 0 && high / low >= LOG_FROM) {
    const margin = (high / low) ** 0.06;
    return [low / margin, high * margin];
  }
  const size = [high - low, Math.abs(high)].find((one) => one >= LEAST_RANGE);
  const margin = size === undefined ? 1 : 0.06 * size;
  return [low - margin, high + margin];
}

function bound({ bound: wanted }: ClaimResult, low: number, high: number): Line {
  const [at, from, to] =
    'atMost' in wanted ? [wanted.atMost, low, wanted.atMost] : [wanted.atLeast, wanted.atLeast, high];
  return {
    ...quiet,
    data: [],
    markArea: { silent: true, itemStyle: { color: ALLOWED }, data: [[{ xAxis: from }, { xAxis: to }]] },
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: INK, width: 1.5, type: 'solid' },
      data: [{ xAxis: at }],
    },
  };
}

/** Where candidate and baseline are alike. */
function nothing({ compare }: ClaimResult, low: number, high: number): Line[] {
  const at = compare === 'ratio' ? 1 : 0;
  if (compare === 'value' || at <= low || at >= high) return [];
  const lineStyle = { color: FAINT, width: 1.5, type: 'solid' as const };
  const markLine = { silent: true, symbol: 'none', label: { show: false }, lineStyle, data: [{ xAxis: at }] };
  return [{ ...quiet, z: 1, data: [], markLine }];
}

function interval({ interval: ends }: ClaimResult, colour: string): Line[] {
  if (!ends) return [];
  const [low, high] = ends;
  return [
    {
      ...quiet,
      symbol: 'none',
      lineStyle: { color: colour, width: 5, cap: 'round' },
      data: [
        [low, 0],
        [high, 0],
      ],
    },
  ];
}

function dot({ effect }: ClaimResult, colour: string): Line {
  return {
    ...quiet,
    showSymbol: true,
    symbol: 'circle',
    symbolSize: 12,
    itemStyle: { color: colour, borderColor: '#ffffff', borderWidth: 2 },
    data: [[effect!, 0]],
  };
}

const quiet = { type: 'line', silent: true } as const;

function words(
  text: string,
  left: number,
  top: number,
  style: { color: string; fontWeight?: 'bold' },
): Title {
  return {
    text,
    left,
    top,
    padding: 0,
    textStyle: { fontSize: 13, fontFamily: FONT, fontWeight: 'normal', ...style },
  };
}
