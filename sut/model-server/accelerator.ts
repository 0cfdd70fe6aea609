import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceleratorOptions } from '#contract/topology.ts';
import type { Infer } from '../patterns/room.ts';

// A simulation, and told as one wherever its numbers go. The answers are the real session's, so that they are checked
// like all others; how long a run takes is a timer's.

export interface Accelerator {
  infer: Infer;
  slots: Slots;
}

/** The slots of an accelerator, some of which a fault may have taken away. */
export interface Slots {
  readonly all: number;
  lost(): number;
  /** So many are lost from now on; a run that is under way on one of them ends as it would have. */
  lose(count: number): void;
}

interface Slot {
  isLost: boolean;
  isBusy: boolean;
  isWarm: boolean;
}

/** Lets `compute` answer on so many slots, each held for a fixed time. What finds none free waits in the order it came. */
export function createAccelerator(compute: Infer, options: AcceleratorOptions): Accelerator {
  const slots = Array.from(
    { length: options.slots },
    (): Slot => ({
      isLost: false,
      isBusy: false,
      isWarm: false,
    }),
  );
  const waiting: ((slot: Slot) => void)[] = [];

  function startWaiting(): void {
    for (const slot of slots) {
      if (slot.isLost || slot.isBusy) continue;
      const next = waiting.shift();
      if (!next) return;
      slot.isBusy = true;
      next(slot);
    }
  }

  function freeSlot(): Promise<Slot> {
    return new Promise((resolve) => {
      waiting.push(resolve);
      startWaiting();
    });
  }

  const infer: Infer = async (call) => {
    const slot = await freeSlot();
    try {
      const [answer] = await Promise.all([
        compute(call),
        sleep(slot.isWarm ? options.slotMs : options.coldStartMs),
      ]);
      slot.isWarm = !slot.isLost;
      return answer;
    } finally {
      slot.isBusy = false;
      startWaiting();
    }
  };

  return {
    infer,
    slots: {
      all: slots.length,
      lost: () => slots.filter(({ isLost }) => isLost).length,
      lose(count) {
        for (const [i, slot] of slots.entries()) {
          slot.isLost = i < count;
          if (slot.isLost) slot.isWarm = false;
        }
        startWaiting();
      },
    },
  };
}
