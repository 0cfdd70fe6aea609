import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Question } from '../patterns/room.ts';
import { floatsOf } from '../protocol/binary.ts';
import { FEATURES } from '../protocol/infer.ts';

// A job as the broker keeps it: the pixels as bytes, and in its headers which version is asked and since when.

const VERSION = 'Model-Version';
const ACCEPTED_AT = 'Accepted-At';
const DIGEST = 'Question-Digest';
const STATE = 'Job-State';

export interface Job {
  version: string;
  question: Question;
  /** Milliseconds since 1970. */
  acceptedAt: number;
}

export interface JobMessage {
  data: Uint8Array;
  headers: MsgHdrs;
}

export function jobMessage({ version, question, acceptedAt }: Job): JobMessage {
  const { buffer, byteOffset, byteLength } = question.pixels;
  const data = new Uint8Array(buffer, byteOffset, byteLength);
  const head = headers();
  head.set(VERSION, version);
  head.set(ACCEPTED_AT, String(acceptedAt));
  head.set(DIGEST, digestOf(data));
  return { data, headers: head };
}

export function jobOf({ data, headers: head }: { data: Uint8Array; headers: MsgHdrs | undefined }): Job {
  const pixels = floatsOf(data);
  return {
    version: head?.get(VERSION) ?? '',
    question: { rows: pixels.length / FEATURES, pixels },
    acceptedAt: Number(head?.get(ACCEPTED_AT)),
  };
}

/** How a job ended, in the headers of its result. */
export type FinalState = 'done' | 'failed';

export function resultHeaders(state: FinalState, job: MsgHdrs | undefined): MsgHdrs {
  const head = headers();
  head.set(STATE, state);
  head.set(DIGEST, job?.get(DIGEST) ?? '');
  return head;
}

export function stateIn(head: MsgHdrs | undefined): FinalState {
  return head?.get(STATE) === 'done' ? 'done' : 'failed';
}

/** Whether both are about the same question. */
export function isSameQuestion(one: MsgHdrs | undefined, other: MsgHdrs | undefined): boolean {
  return one?.get(DIGEST) === other?.get(DIGEST);
}

function digestOf(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** A job's name: the same for the same Idempotency-Key, and nobody else's. */
export function newId(key: string | undefined): string {
  if (key === undefined) return randomUUID();
  const hex = createHash('sha256').update(key).digest('hex');
  // A UUID of version 8, the one whose digits anybody may choose (RFC 9562).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The usual sample's: sixteen million of them, so that a few thousand have namesakes. */
export function shortId(): string {
  return randomBytes(3).toString('hex');
}
