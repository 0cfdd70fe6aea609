import { crc32 } from 'node:zlib';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  MappingType,
  RowBuilder,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as NumberBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StatesBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Board, Panel, Query } from './board.ts';
import { shading } from './queries.ts';

/** Filled in by Grafana's own choice at the top of a board: the first Prometheus that it has. */
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
/** Of every board; they are found, and link to each other, by it. */
const TAG = 'gauntlet';
/** Of Grafana's 24 columns. */
const PANEL = { span: 8, height: 8 };

/** A board as Grafana imports it. */
export function grafanaBoard(board: Board): Dashboard {
  const builder = new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags([TAG])
    .link(otherBoards())
    .timezone('browser')
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .annotation(faultAnnotation());
  for (const row of board.rows) {
    builder.withRow(new RowBuilder(row.title).id(idOf(`row ${row.title}`)));
    for (const panel of row.panels) builder.withPanel(grafanaPanel(panel).id(idOf(panel.title)));
  }
  return builder.build();
}

/** With the span of time that is looked at. */
function otherBoards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Boards')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .keepTime(true);
}

/** Of the title alone, so that links to a panel hold when others come before it. */
function idOf(title: string): number {
  // Grafana's are positive.
  return crc32(title) >>> 1;
}

/** Every board is shaded while the harness injects a fault. */
function faultAnnotation(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Faults')
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor('red')
    .expr(shading)
    .titleFormat('fault: {{fault}}')
    .step('5s');
}

function grafanaPanel(panel: Panel) {
  const builder = builderOf(panel)
    .title(panel.title)
    .description(panel.description)
    .datasource(DATASOURCE)
    .unit(panel.unit)
    .span(PANEL.span)
    .height(PANEL.height);
  for (const [at, query] of panel.queries.entries()) builder.withTarget(target(query, at));
  return builder;
}

function builderOf({ kind, states }: Panel) {
  if (kind === 'number') return new NumberBuilder();
  if (kind === 'states') return new StatesBuilder().mappings([mappingOf(states ?? {})]);
  return new LinesBuilder().min(0);
}

function mappingOf(states: NonNullable<Panel['states']>): ValueMapping {
  const options = Object.entries(states).map(([value, { text, color }], index) => [
    value,
    { text, color, index },
  ]);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}

function target({ expr, legend }: Query, at: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(DATASOURCE)
    .refId(String.fromCharCode(65 + at))
    .expr(expr)
    .legendFormat(legend);
}
