import { writeFile } from 'node:fs/promises';
import type { PreparedRequest } from '#contract/load.ts';
import type { RequestSource } from '#harness/load-file.ts';
import type { Question } from './question.ts';

/** Requests that `scenarios/prepared.ts` plays, in one file: bodies first, then answers as floats. */
export interface Prepared {
  source: RequestSource;
  count: number;
}

export async function prepareRequests(questions: readonly Question[], file: string): Promise<Prepared> {
  const parts: Uint8Array[] = [];
  let at = 0;
  const put = (bytes: Uint8Array): [number, number] => {
    const from = at;
    parts.push(bytes);
    at += bytes.byteLength;
    return [from, at];
  };
  const places = questions.map(({ body }) => put(body));
  const answers = questions.map(({ golden }) =>
    put(new Uint8Array(golden.buffer, golden.byteOffset, golden.byteLength)),
  );
  await writeFile(file, Buffer.concat(parts));
  const requestFor = (key: number): PreparedRequest => {
    const { headers, form, tolerance } = questions[key]!;
    return {
      body: '',
      label: 0,
      golden: {},
      file,
      bytes: places[key]!,
      answer: answers[key]!,
      headers,
      answersIn: form === 'JSON' ? 'json' : 'bytes',
      tolerance,
    };
  };
  return { count: questions.length, source: { requestFor, poisonBody: '', tolerance: {} } };
}
