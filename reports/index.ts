import type { Reporter } from './reporter.ts';
import { console } from './reporters/console.ts';
import { hdr } from './reporters/hdr.ts';
import { html } from './reporters/html.ts';
import { journal } from './reporters/journal.ts';
import { json } from './reporters/json.ts';
import { junit } from './reporters/junit.ts';
import { markdown } from './reporters/markdown.ts';

/** All reporters. The console's text comes last, so that it ends with the report's path. */
export const reporters = { json, html, markdown, junit, journal, hdr, console } as const satisfies Record<
  string,
  Reporter
>;
