/**
 * What is drawn, by the names of the COCO data set, in the order of a model trained on these scenes:
 * a class id is an index into this list.
 */
export const CLASSES = [
  'person',
  'bicycle',
  'car',
  'bus',
  'boat',
  'traffic light',
  'stop sign',
  'bird',
  'cat',
  'dog',
  'umbrella',
  'sports ball',
  'kite',
  'cup',
  'potted plant',
  'clock',
] as const;

export type ClassName = (typeof CLASSES)[number];
