import cardsFile from './cards.json' with { type: 'json' };

/** What is known about one model version. `train.py` writes the first half, `measure-card.ts` the second. */
export interface ModelCard {
  readonly architecture: string;
  readonly training: string;
  /** Of the ONNX file. */
  readonly sha256: string;
  /** Share of the 450 held-out images whose most probable class is the label. */
  readonly heldOutAccuracy: number;
  /** The same over the plain pool that `cards.json` names. */
  readonly plainPoolAccuracy: number;
  /** Largest distance of a probability from the same sums in double precision. */
  readonly roundingError: number;
  /** Largest change of a probability when the same row travels in batches of 1 to 128 rows. */
  readonly batchDifference: number;
  /**
   * Absolute, on probabilities: an answer further from the golden one is wrong. Ten times the larger of the
   * two above, rounded up to one digit, 1e-6 to 1e-4; 0 means not measured.
   */
  readonly tolerance: number;
}

/** The number after the dash grows with each training; an artefact once published is never replaced. */
export type ModelVersion = keyof typeof cardsFile.versions;

export const modelCards: Readonly<Record<ModelVersion, ModelCard>> = cardsFile.versions;

/** Of the committed held-out images, so that a card belongs to the data that it was measured on. */
export const heldOutSha256: string = cardsFile.heldOutSha256;
