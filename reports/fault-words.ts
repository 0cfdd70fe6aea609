import type { FaultAction } from '#contract/fault.ts';
import type { PlannedFault } from '#contract/plan.ts';
import type { Backlog, FaultResult } from '#contract/verdict.ts';
import { count, exactPercent, exactSeconds, plural, seconds, threeDigits } from './format.ts';

/** Units of Toxiproxy's attributes, where they have one. */
const ATTRIBUTE_UNITS: Record<string, string> = {
  latency: 'ms',
  jitter: 'ms',
  timeout: 'ms',
  delay: 'ms',
  rate: 'KB/s',
  average_size: 'bytes',
  bytes: 'bytes',
};

/** What a fault does, where and for how long. */
export function faultText({ name, inject, injectAtMs, healAtMs, offers, marks }: PlannedFault): string {
  const length = exactSeconds((healAtMs - injectAtMs) / 1000);
  const does = [
    ...inject.map(actionText),
    ...(offers ? [`${offerText(offers)} are asked for`] : []),
    ...(marks ? [marksText(marks)] : []),
  ];
  if (does.length === 0) return `'${name}': nothing is injected for ${length} (the control)`;
  return `'${name}': ${does.join('; ')}, for ${length}`;
}

function marksText({ twice, poison }: NonNullable<PlannedFault['marks']>): string {
  const share = (value: number) => `${exactPercent(value)} of the requests`;
  return [
    ...(twice === undefined ? [] : [`${share(twice)} are sent twice`]),
    ...(poison === undefined ? [] : [`${share(poison)} are such that the model has no answer`]),
  ].join(', ');
}

/** What a fault on the load asks for. */
export function offerText({ perSecond, ofCapacity, tenant }: NonNullable<PlannedFault['offers']>): string {
  const whose = tenant === undefined ? '' : `, by tenant '${tenant}' what is over the load's own rate`;
  return `${threeDigits(perSecond)} requests/s (${ofCapacity} C${whose})`;
}

/** What waited when a fault on the load was over, in a sentence for each trial. */
export function backlogTexts(faults: readonly FaultResult[]): string[] {
  return faults.flatMap(({ trial, backlog }) => (backlog ? [`${trial}: ${backlogText(backlog)}`] : []));
}

function backlogText({ calls, drainedSeconds, watchedSeconds, projectedSeconds }: Backlog): string {
  const waited = `${plural(calls, 'call')} waited when it was over; `;
  if (drainedSeconds !== null) return `${waited}no more than before ${seconds(drainedSeconds)} later.`;
  const pace =
    projectedSeconds === null
      ? 'and they did not become fewer'
      : `at that pace after ${seconds(projectedSeconds)}`;
  return `${waited}not drained within ${seconds(watchedSeconds)}, ${pace}.`;
}

/** Whether anything was done to the system or to its load: the control does neither. */
export function doesSomething({ inject, offers, marks }: PlannedFault): boolean {
  return inject.length > 0 || offers !== undefined || marks !== undefined;
}

function actionText(action: FaultAction): string {
  if (action.do === 'add-toxic') return toxicText(action.link, action.toxic);
  if (action.do === 'remove-toxic') return `removes ${action.name} from ${action.link}`;
  if (action.do === 'set-proxy') return `turns the proxy of ${action.link} ${action.enabled ? 'on' : 'off'}`;
  if (action.do === 'set-errors') {
    const { share, status } = action.errors;
    return `${action.service} answers ${exactPercent(share)} of its inferences with ${status}`;
  }
  if (action.do === 'set-model') return `${action.service} asks for ${action.version}`;
  if (action.do === 'reset-model') return `${action.service} asks for its own version again`;
  if (action.do === 'take-slots')
    return `the accelerator of ${action.service} loses ${plural(action.slots, 'slot')}`;
  if (action.do === 'return-slots') return `the accelerator of ${action.service} has all its slots again`;
  if (action.do === 'clear-errors') return `${action.service} answers as ever`;
  return `${action.do}s ${action.service}`;
}

type Toxic = Extract<FaultAction, { do: 'add-toxic' }>['toxic'];

function toxicText(link: string, { type, stream, toxicity, attributes }: Toxic): string {
  const values = Object.entries(attributes)
    .filter(([, value]) => value !== 0)
    .map(([key, value]) => {
      const amount = `${count(value)} ${ATTRIBUTE_UNITS[key] ?? ''}`.trim();
      return key === type ? amount : `${key} ${amount}`;
    });
  const share = toxicity === 1 ? '' : `, on ${exactPercent(toxicity)} of the connections`;
  return `${[type, ...values].join(' ')} on ${link}, ${stream}${share}`;
}
