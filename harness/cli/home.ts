import { fileURLToPath } from 'node:url';

/** Where Gauntlet lies, with an ending slash: a checkout, or a package in somebody's node_modules. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A checkout runs its own sources; a package holds what was compiled of them. */
export const isPackage = import.meta.filename.endsWith('.js');

/** How files of code end here. */
const CODE = isPackage ? '.js' : '.ts';

/** The file that k6 runs for a script of scenarios/. */
export const scriptFile = (script: string) => `${root}scenarios/${script}${CODE}`;
