import { connect } from 'node:net';

/** Why what listens on a port does not answer as it should; null when it does. Rejects where nothing listens. */
export function answers(
  port: number,
  { ask, answer }: { ask: string; answer: string },
  timeoutMs: number,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(ask));
    const end = (why: string | null) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(timeoutMs, () => end('no answer in time'));
    socket.once('data', (data) => {
      const given = data.toString('latin1');
      end(given.includes(answer) ? null : `it answers ${given.trim().slice(0, 80)}`);
    });
    socket.once('close', () => end('it closes the connection'));
    socket.once('error', reject);
  });
}
