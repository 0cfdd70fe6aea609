import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml';

/** Where something stands in a file; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

export function placeAt(offset: number, lines: LineCounter): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/**
 * Where the value at a path stands: a scalar itself, the key of anything longer. A path that leads out of the document
 * (a key that is missing) stands where it left it.
 */
export function placeOf(doc: Document, path: readonly string[], lines: LineCounter): Place {
  let node: unknown = doc.contents;
  let offset = startOf(node) ?? 0;
  for (const [i, segment] of path.entries()) {
    if (isAlias(node)) node = node.resolve(doc);
    const step = child(node, segment);
    if (!step) break;
    const isLast = i === path.length - 1;
    const start = isLast && isScalar(step.value) ? startOf(step.value) : startOf(step.key);
    offset = start ?? startOf(step.value) ?? offset;
    node = step.value;
  }
  return placeAt(offset, lines);
}

/** Where a key itself stands. */
export function placeOfKey(doc: Document, path: readonly string[], lines: LineCounter): Place {
  let node: unknown = doc.contents;
  for (const segment of path.slice(0, -1)) {
    if (isAlias(node)) node = node.resolve(doc);
    node = child(node, segment)?.value;
  }
  if (isAlias(node)) node = node.resolve(doc);
  const start = startOf(child(node, path.at(-1)!)?.key);
  return start === undefined ? placeOf(doc, path, lines) : placeAt(start, lines);
}

function child(node: unknown, segment: string): { key: unknown; value: unknown } | undefined {
  if (isMap(node)) {
    return node.items.find(({ key }) => isScalar(key) && String(key.value) === segment);
  }
  if (isSeq(node)) {
    const item = node.items[Number(segment)];
    return item === undefined ? undefined : { key: item, value: item };
  }
  return undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
