// Makes Grafana's boards and Prometheus' rules from dashboards/ and slo/objectives/:
//   npm run dashboards                          writes them to dashboards/generated
//   node tools/generate-dashboards.ts --check   says which are not what they would be, exit 1
import { generatedFiles } from '../dashboards/generated.ts';
import { readObjectives } from '../harness/cli/objectives.ts';
import { WORKBOOK } from '../slo/burn-rates.ts';
import { writeOrCompare } from './generated.ts';

const files = generatedFiles((await readObjectives()).byName, WORKBOOK);
const makers = Object.entries(files).map(([name, text]) => [name, async () => text] as const);
await writeOrCompare(Object.fromEntries(makers), 'npm run dashboards');
