import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** What a command of Docker prints; rejects where it fails. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { cwd: root, maxBuffer: 16 * 2 ** 20 });
  return stdout.trim();
}

/** What it says on its standard error. */
export async function complaints(...args: string[]): Promise<string> {
  return (await run('docker', args, { cwd: root })).stderr.trim();
}

/** Why Docker's tests can't run here; null where they can. */
export async function whatIsMissing(...commands: string[][]): Promise<string | null> {
  for (const command of [['version'], ...commands]) {
    const why = await docker(...command).then(
      () => null,
      (error: Error) => `\`docker ${command.join(' ')}\` fails: ${error.message.trim().split('\n').at(-1)}`,
    );
    if (why !== null) return why;
  }
  return null;
}

/** Every container, network and volume there is, as `kind id name`. */
export async function whatIsThere(): Promise<string[]> {
  const kinds: [kind: string, args: string[]][] = [
    ['container', ['ps', '--all', '--format', '{{.ID}} {{.Names}}']],
    ['network', ['network', 'ls', '--format', '{{.ID}} {{.Name}}']],
    ['volume', ['volume', 'ls', '--format', '{{.Name}}']],
  ];
  const lists = await Promise.all(
    kinds.map(async ([kind, args]) => (await docker(...args)).split('\n').map((line) => `${kind} ${line}`)),
  );
  return lists.flat().toSorted();
}
