import { unknownName } from '#contract/errors.ts';
import type { Experiment, Objective } from '#contract/experiment.ts';
import type { FaultUse } from '#contract/fault.ts';
import { linksOfTarget, type Target } from '#contract/target.ts';
import { urlProblem } from '#harness/target/address.ts';
import type { Maps } from './maps.ts';

/** Headers that say who asks: their values would stand in the plan, the load file and the report. */
const SECRET = /^(authorization|proxy-authorization|cookie|x-api-key|api-key|x-auth-token)$/i;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Indicators of what only our own services have. */
const OF_JOBS: readonly Objective['indicator'][] = ['acknowledgement', 'accounted', 'kills'];

/** What is wrong with a target, and with load, faults and objectives on one. */
export function targetProblems(
  experiment: Experiment & { target: Target },
  maps: Pick<Maps, 'faults' | 'scenarios'>,
  objectives: Record<string, Objective>,
): string[] {
  const { target, load, faults } = experiment;
  const url = urlProblem(target.url);
  return [
    ...(url === null ? [] : [`target.url: ${url}.`]),
    ...headerProblems(target),
    ...linkProblems(target),
    ...('perSecond' in load.rate
      ? []
      : ['load.rate of a target must be { perSecond }: C is not measured on a server that is not ours.']),
    ...(maps.scenarios[load.scenario]?.jobs
      ? [`load.scenario '${load.scenario}' is one of jobs, which a target is not asked for; 'steady' is not.`]
      : []),
    ...Object.entries(faults).flatMap(([name, use]) => faultProblems(`faults.${name}`, use, target, maps)),
    ...objectiveProblems(experiment, objectives),
  ];
}

function headerProblems({ headers = {} }: Target): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (!HEADER_NAME.test(name)) return [`target.headers: '${name}' is no name of a header.`];
    if (typeof value !== 'string' || !SECRET.test(name)) return [];
    return [
      `target.headers.${name}: its value would stand in plan and report; name the environment variable that has it: ` +
        `{ fromEnv: 'TOKEN', prefix: 'Bearer ' }.`,
    ];
  });
}

function linkProblems({ links = {} }: Target): string[] {
  const ports = Object.values(links).map(({ listen }) => listen);
  return [
    ...Object.entries(links).flatMap(([name, { upstream }]) =>
      /^(\[[0-9a-f:.]+\]|[^:/@\s[\]]+):\d{1,5}$/i.test(upstream) && URL.canParse(`http://${upstream}`)
        ? []
        : [
            `target.links.${name}.upstream is '${upstream}'; right would be host:port, such as 127.0.0.1:6379.`,
          ],
    ),
    ...ports
      .filter((port, i) => ports.indexOf(port) !== i)
      .map((port) => `target.links: two of them listen on ${port}; each needs its own port.`),
  ];
}

/** A target's processes are its owner's, so only its links are faulted. */
function faultProblems(
  where: string,
  use: FaultUse,
  target: Target,
  { faults }: Pick<Maps, 'faults'>,
): string[] {
  const fault = Object.hasOwn(faults, use.fault) ? faults[use.fault] : undefined;
  if (!fault || fault.on === 'nothing') return [];
  if (fault.on !== 'link') {
    const possible = Object.entries(faults).filter(([, { on }]) => on === 'link');
    const what = fault.on === 'load' ? 'the load, as a multiple of C or in marked requests' : 'a process';
    return [
      `${where}: '${use.fault}' is a fault on ${what}, and of a target only links are faulted: ` +
        `${possible.map(([name]) => name).join(', ')}.`,
    ];
  }
  const links: string[] = linksOfTarget(target);
  if (use.link === undefined) return [`${where} needs a link; the target has: ${links.join(', ')}.`];
  return links.includes(use.link) ? [] : [unknownName('link', use.link, links, where)];
}

function objectiveProblems(
  { objectives, target }: Experiment & { target: Target },
  known: Record<string, Objective>,
): string[] {
  const own = objectives.flatMap((one) => (typeof one === 'string' ? (known[one] ?? []) : one));
  return own.flatMap(({ name, indicator }) => {
    if (OF_JOBS.includes(indicator))
      return [
        `objective ${name}: '${indicator}' is about jobs and kills of services, which a target has not.`,
      ];
    return indicator === 'fidelity' && !target.payloads.checked
      ? [
          `objective ${name}: whether answers are right can't be judged, since ${target.payloads.file} has no field ` +
            "'expected'; give every payload one, or take the objective out.",
        ]
      : [];
  });
}
