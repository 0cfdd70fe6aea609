import { GauntletError } from '#contract/errors.ts';
import {
  type AskedModel,
  ERRORS_PATH,
  type Errors,
  type LostSlots,
  MODEL_PATH,
  SLOTS_PATH,
} from '#contract/fault.ts';
import type { StartedService } from './services.ts';

const CALL_MS = 2_000;

/** Has the service answer a share of its inferences with an error, and reads back that it will. */
export async function askForErrors(service: StartedService, errors: Errors): Promise<void> {
  const found = await put(service, ERRORS_PATH, errors);
  if (found.share === errors.share && found.status === errors.status && found.seed === errors.seed) return;
  throw refused(service, `it was asked for ${JSON.stringify(errors)} and says ${JSON.stringify(found)}`);
}

/** The share of its inferences that the service answers with an error it was asked for. */
export async function errorShareOf(service: StartedService): Promise<number> {
  return (await call<Errors>(service, ERRORS_PATH)).share;
}

/** Has the service ask for a version of the model, and reads back that it does. */
export async function askForModel(service: StartedService, version: string): Promise<void> {
  const found = await put<AskedModel>(service, MODEL_PATH, { version });
  if (found.version === version) return;
  throw refused(service, `it was to ask for ${version} and says ${found.version}`);
}

/** The version of the model that the service asks for. */
export async function askedModelOf(service: StartedService): Promise<string> {
  return (await call<AskedModel>(service, MODEL_PATH)).version;
}

/** Has the service's accelerator lose so many slots, and reads back that it has. */
export async function askForLostSlots(service: StartedService, lost: number): Promise<void> {
  const found = await put<LostSlots>(service, SLOTS_PATH, { lost });
  if (found.lost === lost) return;
  throw refused(service, `it was to lose ${lost} slots and says ${found.lost}`);
}

/** How many slots the service's accelerator has lost. */
export async function lostSlotsOf(service: StartedService): Promise<number> {
  return (await call<LostSlots>(service, SLOTS_PATH)).lost;
}

function put<T>(service: StartedService, path: string, value: T): Promise<T> {
  return call(service, path, { method: 'PUT', body: JSON.stringify(value) });
}

async function call<T>(service: StartedService, path: string, init: RequestInit = {}): Promise<T> {
  const { faultPort } = service.start;
  if (faultPort === undefined) throw refused(service, 'it was started without a fault port');
  try {
    const url = `http://127.0.0.1:${faultPort}${path}`;
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(CALL_MS) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text) as T;
  } catch (error) {
    throw refused(service, (error as Error).message);
  }
}

function refused({ name }: StartedService, why: string): GauntletError {
  return new GauntletError('service-died', `${name} can't be asked for a fault: ${why}.`);
}
