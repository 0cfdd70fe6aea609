import type { Question } from '../room.ts';

/**
 * The questions of each request to the model server: in their order, as many rows as fit. They say the same of their
 * urgency, since a request says it once for all its rows.
 */
export function batchesOf<T extends { question: Question }>(calls: readonly T[], maxRows: number): T[][] {
  const batches: T[][] = [];
  const unfilled = new Map<string, { batch: T[]; rows: number }>();
  for (const call of calls) {
    const { rows, urgency } = call.question;
    const key = urgency === undefined ? '' : JSON.stringify(urgency);
    const last = unfilled.get(key);
    if (last && last.rows + rows <= maxRows) {
      last.batch.push(call);
      last.rows += rows;
    } else {
      const batch = [call];
      batches.push(batch);
      unfilled.set(key, { batch, rows });
    }
  }
  return batches;
}
