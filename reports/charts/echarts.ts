import { LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  type TitleComponentOption,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import TextCache from 'zrender/lib/core/LRU.js';

echarts.use([
  LineChart,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

/** Without a browser nobody knows the reader's font, so the widest common one is assumed: labels may never overlap. */
const WIDTH_OF_A_LETTER = { plain: 0.62, bold: 0.7 };

echarts.setPlatformAPI({
  measureText(text, font = '12px sans-serif') {
    const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12);
    const letter = WIDTH_OF_A_LETTER[font.includes('bold') ? 'bold' : 'plain'];
    // ECharts takes the width of an ideograph for the height of a line.
    const widths = [...text].map((character) => (character > '\u2e7f' ? 1 : letter));
    return { width: widths.reduce((sum, width) => sum + width, 0) * size };
  },
});

/**
 * ECharts finds the widths of texts in a plain object, so that a title '__proto__' or 'constructor' was taken for known
 * and the prototype of every object in the process was written to.
 */
const found = TextCache.prototype.get;
TextCache.prototype.get = function get(key) {
  return String(key) in Object.prototype ? undefined : found.call(this, key);
};

export type Title = TitleComponentOption;
export type Legend = LegendComponentOption;
export type Grid = GridComponentOption;
export type Line = LineSeriesOption;
export type ChartOption = echarts.ComposeOption<Title | Legend | Grid | Line>;

/** Draws without a browser; the same option gives the same text, whatever was drawn before. */
export function drawSvg(option: ChartOption, width: number, height: number, idPrefix: string): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return settle(chart.renderToSVGString(), idPrefix);
  } finally {
    chart.dispose();
  }
}

/**
 * ECharts numbers its charts through the life of the process and writes hooks for a script that we don't ship. Text
 * in the drawing is escaped, so that the patterns can match markup only.
 */
function settle(svg: string, idPrefix: string): string {
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>\s*/g, '')
    .replace(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/ ecmeta_\w+="[^"]*"/g, '')
    .replace(/ pointer-events="visible"/g, '')
    .replace(/ xmlns:xlink="[^"]*"/, '')
    .replace(/( id="|url\(#)zr\d+-/g, `$1${idPrefix}-`);
}
