import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Question } from '../patterns/room.ts';
import { floatsOf } from '../protocol/binary.ts';
import { FEATURES } from '../protocol/infer.ts';

// A job as the broker keeps it: the pixels as bytes, and in its headers which version is asked and since when.

const VERSION = 'Model-Version';
const ACCEPTED_AT = 'Accepted-At';
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

export function resultHeaders(state: FinalState): MsgHdrs {
  const head = headers();
  head.set(STATE, state);
  return head;
}

export function stateIn(head: MsgHdrs | undefined): FinalState {
  return head?.get(STATE) === 'done' ? 'done' : 'failed';
}

/** How a job is called. */
export interface Names {
  /** In its address, and in the broker's subjects. */
  id: string;
  /** By which the broker knows a job again that is sent twice. */
  once: string;
}

/**
 * With an Idempotency-Key both follow from it, the id from the question too: the same question under the same key is
 * the same job for as long as anything is left of it, and another one can't be given its answer, even where the broker
 * has forgotten the key.
 */
export function namesOf(key: string | undefined, data: Uint8Array): Names {
  if (key === undefined) return onlyOnce(randomUUID());
  const hex = createHash('sha256').update(key).update('\0').update(data).digest('hex');
  // A UUID of version 8, the one whose digits anybody may choose (RFC 9562).
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { id, once: createHash('sha256').update(key).digest('hex') };
}

/** The usual sample's: sixteen million of them, so that a few thousand have namesakes. */
export function shortNames(): Names {
  return onlyOnce(randomBytes(3).toString('hex'));
}

function onlyOnce(id: string): Names {
  return { id, once: id };
}
