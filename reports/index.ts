import type { Reporter } from './reporter.ts';
import { console } from './reporters/console.ts';
import { html } from './reporters/html.ts';
import { json } from './reporters/json.ts';

/** All reporters. The console's text comes last, so that it ends with the report's path. */
export const reporters = { json, html, console } as const satisfies Record<string, Reporter>;
