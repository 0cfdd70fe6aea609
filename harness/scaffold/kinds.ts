/** What `npm run new` makes of a kind. Placeholders stand in every text. */
export interface Kind {
  /** The file of the map, and the map's name in it. */
  mapFile: string;
  map: string;
  /** How the file of the map imports a member. */
  from: string;
  isDefault: boolean;
  /** The member that must stay last. */
  last?: string;
  /** File that is made → its template. */
  files: Record<string, string>;
  /** What it is as it comes, and what to do next. */
  next: string;
}

export const kinds = {
  pattern: {
    mapFile: 'sut/patterns/index.ts',
    map: 'patterns',
    from: './{{name}}/{{name}}.ts',
    isDefault: false,
    files: {
      'sut/patterns/{{name}}/{{name}}.ts': 'pattern/pattern.ts.txt',
      'sut/patterns/{{name}}/options.ts': 'pattern/options.ts.txt',
      'sut/patterns/{{name}}/README.md': 'pattern/README.md.txt',
      'sut/patterns/{{name}}/{{name}}.test.ts': 'pattern/pattern.test.ts.txt',
    },
    next: `It works as it is: it gives up slow calls, where a variant has patterns: { {{key}}: {} }, and is off elsewhere.
The map's order is the order of wrapping, the first nearest to the model; move its line if it belongs further in.
next: make it yours in sut/patterns/{{name}}/, its knobs in options.ts and README.md alike, then
  npm run test:unit -- sut/patterns`,
  },
  fault: {
    mapFile: 'chaos/index.ts',
    map: 'faults',
    from: './{{name}}.ts',
    isDefault: false,
    files: { 'chaos/{{name}}.ts': 'fault/fault.ts.txt' },
    next: `It works as it is: it delays requests, where an experiment's faults have
  {{key}}: { fault: '{{name}}', link: 'gateway->model-server', options: {} }
next: make it yours in chaos/{{name}}.ts, then
  npm run test:unit -- chaos harness/effects/toxics`,
  },
  reporter: {
    mapFile: 'reports/index.ts',
    map: 'reporters',
    from: './reporters/{{name}}.ts',
    isDefault: false,
    last: 'console',
    files: {
      'reports/reporters/{{name}}.ts': 'reporter/reporter.ts.txt',
      'reports/reporters/{{name}}.test.ts': 'reporter/reporter.test.ts.txt',
    },
    next: `It works as it is: every run, and npm run report, writes {{name}}.txt with a line for each experiment.
next: make it yours in reports/reporters/{{name}}.ts, name its files in REPORTS of
test/integration/saved-run.integration.test.ts, then
  npm run test:unit -- reports`,
  },
  experiment: {
    mapFile: 'experiments/index.ts',
    map: 'experiments',
    from: './{{name}}.ts',
    isDefault: true,
    files: { 'experiments/{{name}}.ts': 'experiment/experiment.ts.txt' },
    next: `It works as it is: a breaker while the model server is slow. Commands play it when it is named; those that they play
without a name are in headline of experiments/index.ts.
next: make it yours in experiments/{{name}}.ts, then
  npm run test:unit -- harness/cli/check-experiment harness/plan
  npm run chaos -- {{name}} --dry-run`,
  },
} as const satisfies Record<string, Kind>;
