// Who may import whom. Data flows one way (experiment → plan → record → verdict → report), and so do imports.

const layers = {
  sut: '^sut/',
  chaos: '^chaos/',
  slo: '^slo/',
  reports: '^reports/',
  scenarios: '^scenarios/',
  dashboards: '^dashboards/',
  spine: '^harness/(plan|run|trial|trial/[a-z]+|tape|capacity|cells|resume|load-file|busy)\\.ts$',
};
const tests = '\\.test\\.ts$';

/** Each layer knows the contract and itself; the composition root in harness/cli puts them together. */
const apart = Object.entries(layers).map(([name, path]) => ({
  name: `${name}-knows-no-other-layer`,
  comment: 'A layer that imports another can no longer be judged, rendered or replaced alone.',
  severity: 'error',
  from: { path, pathNot: tests },
  to: {
    path: [...Object.values(layers), '^experiments/', '^harness/(cli|effects)/'],
    pathNot: [path, ...(name === 'scenarios' ? ['^harness/contract/'] : [])],
  },
}));

export default {
  forbidden: [
    ...apart,
    {
      name: 'contract-imports-nothing',
      comment: 'Everybody imports the contract, so it must not drag anybody in.',
      severity: 'error',
      from: { path: '^harness/contract/', pathNot: tests },
      to: { path: '^(sut|chaos|slo|reports|scenarios|experiments|harness/(?!contract/))' },
    },
    {
      name: 'names-and-samples-are-leaves',
      comment: "k6's runtime takes these two files, and it can load nothing that needs Node.",
      severity: 'error',
      from: { path: '^harness/contract/(names|sample)\\.ts$' },
      to: { path: '.+' },
    },
    {
      name: 'scenarios-take-names-and-samples-only',
      comment:
        'Values from any other file would not load in k6; types are erased and may come from anywhere.',
      severity: 'error',
      from: { path: '^scenarios/' },
      to: {
        path: '^harness/',
        pathNot: '^harness/contract/(names|sample)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'experiments-are-data',
      comment: 'An experiment that reaches for code can no longer be read as the question that it is.',
      severity: 'error',
      from: { path: '^experiments/' },
      to: {
        path: '^(sut|chaos|slo|reports|scenarios|harness)/',
        pathNot: [
          '^harness/contract/',
          '^sut/system\\.ts$',
          '^sut/patterns/[^/]+/options\\.ts$',
          '^chaos/',
          '^scenarios/catalog\\.ts$',
        ],
      },
    },
    {
      name: 'effects-are-the-edge',
      comment: 'Effects know the contract and the pure spine; what they act on is handed to them.',
      severity: 'error',
      from: { path: '^harness/effects/', pathNot: tests },
      to: { path: '^(sut|chaos|slo|reports|scenarios|experiments|harness/cli)/' },
    },
    {
      name: 'pure-code-touches-no-world',
      comment:
        'Plan, run, judge and render take time, randomness and files as data, so that a saved run judges again.',
      severity: 'error',
      from: {
        path: [layers.spine, layers.slo, layers.chaos, layers.reports, '^(experiments|harness/scaffold)/'],
        pathNot: tests,
      },
      to: {
        dependencyTypes: ['core'],
      },
    },
    {
      name: 'rooms-have-no-doors-to-each-other',
      comment: 'A pattern that needs a sibling could not be taken out alone.',
      severity: 'error',
      from: { path: '^sut/patterns/([^/]+)/' },
      to: { path: '^sut/patterns/([^/]+)/', pathNot: '^sut/patterns/$1/' },
    },
    {
      name: 'the-product-needs-no-test',
      comment: 'Tests and proofs know the product, or it could not run without them.',
      severity: 'error',
      from: { path: '^(harness|sut|chaos|slo|reports|scenarios|experiments)/', pathNot: tests },
      to: { path: '^test/' },
    },
    {
      name: 'help-loads-what-help-shows',
      comment: 'What a verb runs is imported when it runs (load); help would wait for all of it.',
      severity: 'error',
      from: { path: ['^harness/cli/verbs/', '^harness/cli/(main|verb|options)\\.ts$'], pathNot: tests },
      to: {
        pathNot: [
          '(^|/)node_modules/commander/',
          '^harness/cli/(verbs/|(verb|options|home)\\.ts$)',
          '^harness/contract/(errors|exit-codes|limits|names)\\.ts$',
          '^harness/scaffold/kinds\\.ts$',
        ],
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that only happens to resolve will not on the next machine.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^reports/runs/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    builtInModules: {
      add: ['k6', 'k6/data', 'k6/encoding', 'k6/execution', 'k6/http', 'k6/metrics', 'k6/timers'],
    },
  },
};
