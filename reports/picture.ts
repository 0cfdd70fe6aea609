import { simulationOf } from '#contract/simulation.ts';
import { drawSvg } from './charts/echarts.ts';
import { FONT, type Panel, WIDTH, wrapped } from './charts/frame.ts';
import { latencyPanel } from './charts/latency.ts';
import { outcomesPanel } from './charts/outcomes.ts';
import { offerText } from './fault-words.ts';
import { milliseconds, threeDigits } from './format.ts';
import { FAINT_INK, INK } from './palette.ts';
import { type Strips, stripsOf } from './strips.ts';
import type { ExperimentView } from './view.ts';

const GAP = 14;

/** The experiment's timeline as one standalone SVG on white; null where no load was ever played. */
export function timelineSvg(view: ExperimentView, width = WIDTH): string | null {
  const picture = stripsOf(view);
  if (picture.strips.length === 0) return null;
  const { deadlineMs, clientTimeoutMs } = view.plan.load;
  const head = headOf(view, picture, width);
  const latency = latencyPanel(picture, deadlineMs, clientTimeoutMs, head.height, width);
  const outcomes = outcomesPanel(picture, head.height + latency.height + GAP, width);
  const height = head.height + latency.height + GAP + outcomes.height;
  const grids = [...latency.grids, ...outcomes.grids];
  return drawSvg(
    {
      backgroundColor: '#ffffff',
      title: [...head.titles, ...latency.titles, ...outcomes.titles],
      legend: [...latency.legends, ...outcomes.legends],
      grid: grids.map(({ grid }) => grid),
      xAxis: grids.map(({ x }, gridIndex) => ({ ...x, gridIndex })),
      yAxis: grids.map(({ y }, gridIndex) => ({ ...y, gridIndex })),
      series: grids.flatMap(({ lines }, i) =>
        lines.map((line) => ({ ...line, xAxisIndex: i, yAxisIndex: i })),
      ),
    },
    width,
    height,
    width === WIDTH ? fileSafe(view.plan.name) : `${fileSafe(view.plan.name)}-${width}`,
  );
}

/** Name, question, and how it was loaded. */
function headOf(
  { plan }: ExperimentView,
  { strips, played }: Strips,
  width: number,
): Pick<Panel, 'titles' | 'height'> {
  const { load, faults, variants } = plan;
  const offers = faults[0]?.offers ? ` (${offerText(faults[0].offers)})` : '';
  const fault = faults[0] ? `, fault '${faults[0].name}'${offers}` : '';
  const left = played > strips.length ? `; ${strips.length} of ${played} trials drawn` : '';
  const details =
    `${simulationOf({ variants }) === null ? '' : 'SIMULATION: no inference speed; '}${threeDigits(load.ratePerSecond)} requests/s, deadline ${milliseconds(load.deadlineMs)}, ` +
    `the client gives up after ${milliseconds(load.clientTimeoutMs)}${fault}; ` +
    `seconds since the start of the load${left}`;
  const shared = { left: 14, itemGap: 4 };
  const quiet = { fontSize: 12, lineHeight: 15, color: FAINT_INK, fontFamily: FONT };
  const question = wrapped(plan.question, 14, width);
  const lines = wrapped(details, 12, width);
  const detailsTop = 33 + question.length * 17;
  const titles: Panel['titles'] = [
    {
      ...shared,
      top: 6,
      text: plan.name,
      textStyle: { fontSize: 17, fontWeight: 'bold', color: INK, fontFamily: FONT },
      subtext: question.join('\n'),
      subtextStyle: { ...quiet, fontSize: 14, lineHeight: 17, color: INK },
    },
    { ...shared, top: detailsTop, text: lines.join('\n'), textStyle: { ...quiet, fontWeight: 'normal' } },
  ];
  return { titles, height: detailsTop + lines.length * 15 + 19 };
}

/** For file names and ids in the drawing; a cell's `@` becomes what no experiment's name can hold. */
export function fileSafe(name: string): string {
  return name.replaceAll('@', '_').replace(/[^A-Za-z0-9_-]+/g, '-');
}
