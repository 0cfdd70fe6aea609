import exec from 'k6/execution';
import http from 'k6/http';

/** Asks the harness for the instant that the tape counts from; it answers when every virtual user is there. */
export function askForStart(startUrl: string): { t0: number } {
  const response = http.get(startUrl, { timeout: '60s' });
  if (response.status !== 200) exec.test.abort('the harness did not name a start');
  return response.json() as { t0: number };
}
