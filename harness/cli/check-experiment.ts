import { Default } from 'typebox/value';
import { unknownName } from '#contract/errors.ts';
import { type Experiment, ExperimentSchema, type Objective } from '#contract/experiment.ts';
import type { Fault, FaultScript, FaultUse } from '#contract/fault.ts';
import { CANDIDATE } from '#contract/names.ts';
import { linksOf, topologyOf, type Variant } from '#contract/topology.ts';
import { problemsOf } from '#contract/validate.ts';
import { keyMetrics } from '#slo/metrics.ts';
import { acceleratorProblems, tenantProblems } from './check-accelerator.ts';
import { dataProblems } from './check-data.ts';
import { objectiveProblems } from './check-objectives.ts';
import { soakProblems } from './check-soak.ts';
import { targetProblems } from './check-target.ts';
import type { Maps } from './maps.ts';

/** Everything that is wrong with an experiment, one sentence each: that it is data, its shape, then the names in it. */
export function experimentProblems(
  value: unknown,
  maps: Maps,
  objectives: Record<string, Objective>,
): string[] {
  const data = dataProblems(value);
  if (data.length > 0) return data;
  const shape = problemsOf(ExperimentSchema, value);
  if (shape.length > 0) return shape;
  const experiment = value as Experiment;
  const { target } = experiment;
  if (target)
    return [
      ...scenarioProblems(experiment, maps),
      ...targetProblems({ ...experiment, target }, maps, objectives),
      ...Object.entries(experiment.faults).flatMap(([name, use]) =>
        optionProblems(`faults.${name}`, use, maps),
      ),
      ...objectiveProblems(experiment, objectives),
    ];
  // A fault on what the candidate has not would show nothing of it.
  const own = { ...maps, topology: topologyOf(maps.topology, experiment.candidate) };
  return [
    ...variantProblems('candidate', experiment.candidate, maps),
    ...Object.entries(experiment.baselines).flatMap(([name, variant]) =>
      variantProblems(`baselines.${name}`, variant, maps),
    ),
    ...baselineProblems(experiment),
    ...scenarioProblems(experiment, maps),
    ...rateProblems(experiment, maps),
    ...Object.entries(experiment.faults).flatMap(([name, use]) => faultProblems(`faults.${name}`, use, own)),
    ...swapProblems(experiment, own),
    ...acceleratorProblems(experiment, scriptsOf(experiment, own)),
    ...tenantProblems(experiment, scriptsOf(experiment, own)),
    ...objectiveProblems(experiment, objectives),
    ...claimProblems(experiment, maps),
    ...(experiment.soak ? soakProblems(experiment, servicesOf(own), objectives) : []),
  ];
}

function variantProblems(where: string, variant: Variant, maps: Maps): string[] {
  const { primary, next, fallback } = variant.models;
  const models: string[] = [];
  if (!maps.isModelVersion(primary)) {
    models.push(unknownName('model version', primary, maps.modelVersions, `${where}.models.primary`));
  }
  if (next !== undefined && !maps.isModelVersion(next)) {
    models.push(unknownName('model version', next, maps.modelVersions, `${where}.models.next`));
  }
  if (!maps.fallbackVersions.includes(fallback)) {
    models.push(unknownName('fallback version', fallback, maps.fallbackVersions, `${where}.models.fallback`));
  }
  const patterns = Object.entries(variant.patterns).flatMap(([name, options]) =>
    maps.patternProblems(name, options),
  );
  return [...models, ...patterns.map((problem) => `${where}: ${problem}`)];
}

function baselineProblems({ baselines, mainBaseline }: Experiment): string[] {
  const problems: string[] = [];
  if (Object.hasOwn(baselines, CANDIDATE)) {
    problems.push(`baselines.${CANDIDATE}: that is the candidate's own name; give the baseline another.`);
  }
  if (mainBaseline !== null && !Object.hasOwn(baselines, mainBaseline)) {
    problems.push(unknownName('baseline', mainBaseline, Object.keys(baselines), 'mainBaseline'));
  }
  return problems;
}

function scenarioProblems({ load }: Experiment, maps: Maps): string[] {
  const problems: string[] = [];
  if (!Object.hasOwn(maps.scenarios, load.scenario)) {
    problems.push(unknownName('scenario', load.scenario, Object.keys(maps.scenarios), 'load.scenario'));
  }
  if (load.clientTimeoutMs < load.deadlineMs) {
    problems.push(
      `load.clientTimeoutMs is ${load.clientTimeoutMs}, below load.deadlineMs ${load.deadlineMs}; ` +
        'an answer in time could be given up.',
    );
  }
  return problems;
}

/** A fault on the load is a multiple of C, so that the load must be one too. */
function rateProblems(experiment: Experiment, maps: Maps): string[] {
  if ('ofCapacity' in experiment.load.rate) return [];
  const onLoad = Object.entries(experiment.faults).filter(([, use]) => scriptOf(use, maps)?.offers);
  return onLoad.map(
    ([name]) =>
      `faults.${name} is a multiple of C, so load.rate must be { ofCapacity, atMost }, not { perSecond }.`,
  );
}

function servicesOf({ topology }: Pick<Maps, 'topology'>) {
  return topology.services.map(({ name }) => name);
}

function faultProblems(where: string, use: FaultUse, maps: Maps): string[] {
  const fault = Object.hasOwn(maps.faults, use.fault) ? maps.faults[use.fault] : undefined;
  const problems = optionProblems(where, use, maps);
  return fault ? [...problems, ...placeProblems(where, use, fault, maps)] : problems;
}

/** That there is such a fault, and that it takes these options. */
function optionProblems(where: string, use: FaultUse, maps: Maps): string[] {
  const fault = Object.hasOwn(maps.faults, use.fault) ? maps.faults[use.fault] : undefined;
  if (!fault) return [unknownName('fault', use.fault, Object.keys(maps.faults), where)];
  return problemsOf(fault.options, Default(fault.options, structuredClone(use.options))).map(
    (problem) => `${where}.options.${problem}`,
  );
}

function scriptsOf({ faults }: Experiment, maps: Maps) {
  return Object.entries(faults).flatMap(([name, use]) => {
    const script = scriptOf(use, maps);
    return script ? [[name, script] as const] : [];
  });
}

/** What a fault does; undefined where something about it is wrong, which is said elsewhere. */
function scriptOf(use: FaultUse, maps: Maps): FaultScript | undefined {
  if (faultProblems('', use, maps).length > 0) return undefined;
  const fault = maps.faults[use.fault]!;
  return fault.script(Default(fault.options, structuredClone(use.options)), use);
}

/** A model server can't be asked for a version that it was not started with. */
function swapProblems(experiment: Experiment, maps: Maps): string[] {
  const { candidate, baselines } = experiment;
  return scriptsOf(experiment, maps).flatMap(([name, { inject }]) => {
    const versions = inject.flatMap((action) => (action.do === 'set-model' ? [action.version] : []));
    return versions.flatMap((version) =>
      Object.entries({ [CANDIDATE]: candidate, ...baselines })
        .filter(([, { models }]) => models.next !== version)
        .map(
          ([variant]) =>
            `faults.${name} swaps to '${version}', which the model server of ${variant} has not; ` +
            `give it models.next: '${version}'.`,
        ),
    );
  });
}

/** A fault on a link names one, a fault on a service names one, and neither names the other. */
function placeProblems(where: string, use: FaultUse, { on }: Fault, { topology }: Maps): string[] {
  const links = linksOf(topology);
  const services = topology.services.map(({ name }) => name);
  const problems: string[] = [];
  if (on === 'link' && use.link === undefined) {
    problems.push(`${where} needs a link; the system has: ${links.join(', ')}.`);
  }
  if (on === 'service' && use.service === undefined) {
    problems.push(`${where} needs a service; the system has: ${services.join(', ')}.`);
  }
  if ((on === 'service' || on === 'load') && use.link !== undefined) {
    problems.push(
      `${where} is a fault on ${on === 'load' ? 'the load' : 'a service'} and takes no link; leave out '${use.link}'.`,
    );
  } else if (use.link !== undefined && !links.includes(use.link)) {
    problems.push(unknownName('link', use.link, links, where));
  }
  if (on !== 'service' && use.service !== undefined) {
    problems.push(`${where} is no fault on a service and takes none; leave out '${use.service}'.`);
  } else if (use.service !== undefined && !services.includes(use.service)) {
    problems.push(unknownName('service', use.service, services, where));
  }
  return problems;
}

function claimProblems({ claims, baselines, faults }: Experiment, maps: Maps): string[] {
  return claims.flatMap(({ name, against, metric, compare, in: played = [] }) => [
    ...(Object.hasOwn(baselines, against)
      ? []
      : [unknownName('baseline', against, Object.keys(baselines), `claim ${name}`)]),
    ...(Object.hasOwn(maps.metrics, metric)
      ? []
      : [unknownName('metric', metric, Object.keys(maps.metrics), `claim ${name}`)]),
    ...played.flatMap((fault) =>
      Object.hasOwn(faults, fault) ? [] : [unknownName('fault', fault, Object.keys(faults), `claim ${name}`)],
    ),
    ...(compare === 'paired-keys' && Object.hasOwn(maps.metrics, metric) && !keyMetrics.includes(metric)
      ? [`claim ${name}: ${metric} can't be compared by paired-keys; only ${keyMetrics.join(', ')} can.`]
      : []),
  ]);
}
