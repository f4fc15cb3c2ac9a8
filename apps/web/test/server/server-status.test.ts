import { describe, expect, it } from 'vitest';
import { classesOfAnswers, type ServedModel } from '../../src/server/server-status.ts';

const MODEL: ServedModel = { name: 'yolov5n', classes: ['person', 'bicycle'], notice: '' };

describe('classesOfAnswers', () => {
  it.each([
    ['the model answered', MODEL, ['yolov5n', 'yolov5n'], MODEL.classes],
    ['another one answered, too', MODEL, ['yolov5n', 'demo'], []],
    ['nobody said which one answered', MODEL, [undefined], []],
    ['there is no server', undefined, ['yolov5n'], []],
  ])('when %s', (_when, model, answeredBy, expected) => {
    expect(classesOfAnswers(model, answeredBy)).toEqual(expected);
  });
});
