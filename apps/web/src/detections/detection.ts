/** One object that was found. */
export interface Detection {
  /** Unique within one answer: the place in the server's list, most confident first. */
  readonly id: number;
  readonly name: string;
  /** Index into the model's list of classes. */
  readonly classId: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** Left, top, right and bottom edge in pixels of the upright picture. */
  readonly boxXyxy: Box;
}

/** Left, top, right and bottom edge; the unit is the owner's to say. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Width and height; the unit is the owner's to say. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
