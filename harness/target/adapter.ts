import type { TargetRequest } from '#contract/load.ts';
import type { Target, TargetFile } from '#contract/target.ts';
import type { Payload } from './payloads.ts';
import { fieldsIn, fillTemplate } from './template.ts';
import { BINARY_DATATYPES, binaryRequest, type JsonTensor } from './tensors.ts';

// What is asked of a target and where its answer is, as data: it is worked out before the load begins, so that k6 sends
// bodies that are there and follows one pointer in what comes back.

type Asked = Pick<Target | TargetFile, 'protocol' | 'request' | 'expected' | 'answer'>;

/** Where no template says so: the field that is the body, or the tensors of it. */
function requestTemplate({ protocol, request }: Asked): unknown {
  return request ?? (protocol.name === 'v2' ? { inputs: '$inputs' } : '$request');
}

function expectedTemplate({ expected }: Asked): unknown {
  return expected ?? '$expected';
}

/** Path of a target that requests are posted to. */
export function pathOf({ protocol }: Asked): string {
  if (protocol.name === 'json') return protocol.path;
  const version = protocol.version === undefined ? '' : `/versions/${encodeURIComponent(protocol.version)}`;
  return `/v2/models/${encodeURIComponent(protocol.model)}${version}/infer`;
}

/** Path that says whether a target is ready; null where nothing does. */
export function readyPathOf({ protocol, ready }: Pick<Target, 'protocol' | 'ready'>): string | null {
  if (ready !== undefined) return ready;
  return protocol.name === 'v2' ? '/v2/health/ready' : null;
}

/** JSON pointer to the answer. */
export function answerOf({ protocol, answer }: Asked): string {
  return answer ?? (protocol.name === 'v2' ? '/outputs/0/data' : '');
}

/** Whether payloads say what is right: all of them must, or none. */
export function areChecked(target: Asked, payloads: readonly Payload[]): boolean {
  return payloads.every((payload) => hasExpected(target, payload));
}

function hasExpected(target: Asked, payload: Payload): boolean {
  return fieldsIn(expectedTemplate(target)).every((field) => Object.hasOwn(payload, field));
}

/** What of the payloads doesn't fit the target, one sentence each. */
export function payloadProblems(target: Asked, payloads: readonly Payload[]): string[] {
  const needed = [...new Set(fieldsIn(requestTemplate(target)))];
  const lacking = payloads.findIndex((payload) => needed.some((field) => !Object.hasOwn(payload, field)));
  if (lacking >= 0) {
    const field = needed.find((one) => !Object.hasOwn(payloads[lacking]!, one))!;
    const has = Object.keys(payloads[lacking]!).join(', ');
    return [`payload ${lacking + 1} has no field '${field}', which the request needs; it has: ${has}`];
  }
  const first = payloads.findIndex((payload) => hasExpected(target, payload));
  const without = payloads.findIndex((payload) => !hasExpected(target, payload));
  if (first < 0 || without < 0) return tensorProblems(target, payloads);
  return [
    `payload ${first + 1} says what is right and payload ${without + 1} does not; either all do, and every answer is ` +
      'checked, or none',
  ];
}

/** One payload as it is sent. */
export function requestOf(target: Target, payload: Payload): TargetRequest {
  const request = fillTemplate(requestTemplate(target), payload);
  const sent = isBinary(target)
    ? binaryOf(request as { inputs: JsonTensor[] })
    : { body: JSON.stringify(request) };
  if (!target.payloads.checked) return sent;
  return { ...sent, expected: fillTemplate(expectedTemplate(target), payload) };
}

function binaryOf({ inputs }: { inputs: JsonTensor[] }): TargetRequest {
  const { bytes, headerLength } = binaryRequest(inputs);
  return { body: Buffer.from(bytes).toString('base64'), headerLength };
}

function isBinary({ protocol }: Asked): boolean {
  return protocol.name === 'v2' && protocol.binary === true;
}

/** What can't be sent as bytes, of the first payload that can't. */
function tensorProblems(target: Asked, payloads: readonly Payload[]): string[] {
  if (!isBinary(target)) return [];
  const wrong = payloads.flatMap((payload, i) => {
    const { inputs } = (fillTemplate(requestTemplate(target), payload) ?? {}) as { inputs?: unknown };
    if (!Array.isArray(inputs)) return [`payload ${i + 1} has no inputs, which target.protocol.binary needs`];
    const other = (inputs as JsonTensor[]).find((tensor) => !BINARY_DATATYPES.includes(tensor?.datatype));
    if (!other) return [];
    return [
      `payload ${i + 1} has a tensor of datatype ${JSON.stringify(other?.datatype)}, which can't be sent as bytes; ` +
        `these can: ${BINARY_DATATYPES.join(', ')}`,
    ];
  });
  return wrong.slice(0, 1);
}
