import { GauntletError } from '#contract/errors.ts';
import { ERRORS_PATH, type Errors } from '#contract/fault.ts';
import type { StartedService } from './services.ts';

const CALL_MS = 2_000;

/** Has the service answer a share of its inferences with an error, and reads back that it will. */
export async function askForErrors(service: StartedService, errors: Errors): Promise<void> {
  const found = await call(service, { method: 'PUT', body: JSON.stringify(errors) });
  if (found.share === errors.share && found.status === errors.status && found.seed === errors.seed) return;
  throw refused(service, `it was asked for ${JSON.stringify(errors)} and says ${JSON.stringify(found)}`);
}

/** The share of its inferences that the service answers with an error it was asked for. */
export async function errorShareOf(service: StartedService): Promise<number> {
  return (await call(service)).share;
}

async function call(service: StartedService, init: RequestInit = {}): Promise<Errors> {
  const { faultPort } = service.start;
  if (faultPort === undefined) throw refused(service, 'it was started without a fault port');
  try {
    const url = `http://127.0.0.1:${faultPort}${ERRORS_PATH}`;
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(CALL_MS) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text) as Errors;
  } catch (error) {
    throw refused(service, (error as Error).message);
  }
}

function refused({ name }: StartedService, why: string): GauntletError {
  return new GauntletError('service-died', `${name} can't be asked for errors: ${why}.`);
}
