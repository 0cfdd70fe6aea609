import type { RuntimeName } from '#contract/names.ts';
import { containers } from './containers.ts';
import { processes } from './processes.ts';
import type { RuntimeKind } from './runtime.ts';
import { stack } from './stack.ts';

/** What the services of a run can be. */
export const runtimes = { processes, containers, stack } as const satisfies Record<RuntimeName, RuntimeKind>;
