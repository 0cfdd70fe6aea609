import type { RuntimeName } from '#contract/names.ts';
import { containers } from './containers.ts';
import { processes } from './processes.ts';
import type { RuntimeKind } from './runtime.ts';
import { stack } from './stack.ts';
import { target } from './target.ts';

/** What the services of a run can be. */
export const runtimes = { processes, containers, stack, target } as const satisfies Record<
  RuntimeName,
  RuntimeKind
>;
