import { GauntletError } from '#contract/errors.ts';
import { type FromEnv, fromEnv } from '#contract/target.ts';

export interface HeaderOptions {
  /** A variable with a token. */
  bearer?: string;
  /** NAME=VARIABLE each. */
  header?: string[];
}

const HEADER = /^([\w-]+)=([A-Za-z_]\w*)$/;
const VARIABLE = /^[A-Za-z_]\w*$/;

/** Headers by the variables that hold them; undefined where none was asked for. */
export function headersFrom({ bearer, header = [] }: HeaderOptions): Record<string, FromEnv> | undefined {
  const named = header.map((text) => {
    const [, name, variable] = HEADER.exec(text) ?? [];
    if (!name || !variable) throw notAVariable('--header', 'x-api-key=API_KEY');
    return [name.toLowerCase(), fromEnv(variable)] as const;
  });
  if (bearer !== undefined && !VARIABLE.test(bearer)) throw notAVariable('--bearer', 'TOKEN');
  const token = bearer === undefined ? [] : [['authorization', fromEnv(bearer, 'Bearer ')] as const];
  const headers = Object.fromEntries([...token, ...named]);
  return Object.keys(headers).length === 0 ? undefined : headers;
}

/** What was typed is not shown again: it may be the token itself. */
function notAVariable(option: string, right: string): GauntletError {
  return new GauntletError(
    'bad-arguments',
    `${option} takes the name of an environment variable, never the value itself; right would be ${option} ${right}`,
  );
}
