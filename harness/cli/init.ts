import { existsSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GauntletError } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import { askTarget } from '#harness/effects/ask-target.ts';
import { makeFiles } from '#harness/effects/make-files.ts';
import { remoteHosts } from '#harness/target/address.ts';
import { starterFiles, stripsTypes, WORKFLOW, workflowText } from '#harness/target/starter.ts';
import { type HeaderOptions, headersFrom } from './init-headers.ts';
import { refuseUnset, targetNotAllowed } from './on-target.ts';

interface InitOptions extends HeaderOptions {
  model?: string;
  name?: string;
  mjs: boolean;
  allowTarget?: string[];
}

const NAME = /^[a-z0-9][a-z0-9-]*$/;

/** `init`: asks a server what it is, and writes what is needed to test it; nothing is overwritten. */
export async function runInit(
  address: string,
  { model, name, mjs, allowTarget = [], ...given }: InitOptions,
): Promise<ExitCode> {
  const url = urlOf(address);
  const remote = remoteHosts({ url: url.origin }, allowTarget);
  if (remote.length > 0) throw targetNotAllowed('init would ask', remote);
  if (name !== undefined && !NAME.test(name))
    throw new GauntletError('not-made', `'${name}' can't name files; lower-case words joined by dashes can.`);
  const headers = headersFrom(given);
  refuseUnset(headers, 'init takes');
  const found = await askTarget({ url, model, name, headers });
  const files = starterFiles(found, mjs || !stripsTypes(process.version) || isCommonJs() ? 'mjs' : 'ts');
  const inTheWay = Object.keys(files).filter((path) => existsSync(path));
  if (inTheWay.length > 0)
    throw new GauntletError(
      'not-made',
      `${inTheWay.join(', ')} ${inTheWay.length === 1 ? 'is' : 'are'} there already, and nothing is overwritten; ` +
        'take another --name, or move it away. Nothing was made.',
    );
  const hasWorkflow = existsSync(WORKFLOW);
  const all = hasWorkflow ? files : { ...files, [WORKFLOW]: workflowText() };
  await makeFiles(all);
  for (const path of Object.keys(all)) process.stdout.write(`made  ${path}\n`);
  if (hasWorkflow) process.stdout.write(`kept  ${WORKFLOW}, which plays every experiment of the folder\n`);
  process.stdout.write(`${nextSteps(found.protocol.name === 'json').join('\n')}\n`);
  return EXIT.pass;
}

/** `npm init` writes it, and Node then takes no `export` in a .ts file below. */
function isCommonJs(): boolean {
  const file = findPackageJSON('./', pathToFileURL(resolve('here')));
  // Where there is none, it is the topmost folder.
  return file?.endsWith('.json') === true && JSON.parse(readFileSync(file, 'utf8')).type === 'commonjs';
}

function urlOf(address: string): URL {
  const url = URL.parse(address);
  if (
    url &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.username === '' &&
    url.password === ''
  )
    return url;
  throw new GauntletError(
    'bad-arguments',
    `'${address}' is no URL that can be loaded; right would be http://127.0.0.1:8000, without user or password.`,
  );
}

function nextSteps(isJson: boolean): string[] {
  return [
    isJson
      ? 'next: put real requests into the payloads, then'
      : 'next: have a look at the files, which say what each part is for, then',
    '  npm run loadtest   # its objectives under load',
    '  npm run chaos      # the same with a fault on the way to it',
    '  npm run gate       # for CI: the exit code',
  ];
}
