import type { FaultAction } from '#contract/fault.ts';
import { answersErrors, asksForAnother, isGone, isStopped, lacksSlots } from '#contract/fault.ts';

/** What is in place after one more action, in words; throws where it undoes what isn't there. */
export function afterAction(inPlace: readonly string[], action: FaultAction): string[] {
  switch (action.do) {
    case 'add-toxic':
      return put(inPlace, `${action.toxic.name} on ${action.link}`);
    case 'remove-toxic':
      return take(inPlace, `${action.name} on ${action.link}`);
    case 'set-proxy':
      return action.enabled ? take(inPlace, `${action.link} is off`) : put(inPlace, `${action.link} is off`);
    case 'kill':
      return put(inPlace, isGone(action.service));
    case 'restart':
      return take(inPlace, isGone(action.service));
    case 'pause':
      return put(inPlace, isStopped(action.service));
    case 'resume':
      return take(inPlace, isStopped(action.service));
    case 'set-errors':
      return put(inPlace, answersErrors(action.service));
    case 'clear-errors':
      return take(inPlace, answersErrors(action.service));
    case 'set-model':
      return put(inPlace, asksForAnother(action.service));
    case 'reset-model':
      return take(inPlace, asksForAnother(action.service));
    case 'take-slots':
      return put(inPlace, lacksSlots(action.service));
    case 'return-slots':
      return take(inPlace, lacksSlots(action.service));
  }
}

function put(inPlace: readonly string[], what: string): string[] {
  if (inPlace.includes(what)) throw new Error(`twice: ${what}`);
  return [...inPlace, what];
}

function take(inPlace: readonly string[], what: string): string[] {
  if (!inPlace.includes(what)) throw new Error(`undone, and it is not there: ${what}`);
  return inPlace.filter((one) => one !== what);
}
