import { describe, expect, it } from 'vitest';
import type { Detection } from '../../../src/detections/detection.ts';
import type { AnnotatedSource } from '../../../src/detections/export/annotated-source.ts';
import { nameWithEnding } from '../../../src/detections/export/save-file.ts';
import { toCoco } from '../../../src/detections/export/to-coco.ts';
import { toCsv } from '../../../src/detections/export/to-csv.ts';
import { toJson, toJsonLines } from '../../../src/detections/export/to-json.ts';
import { detection } from '../detection-fixture.ts';

const CLASSES = ['person', 'bicycle', 'car'];

function source(part: Partial<AnnotatedSource> = {}): AnnotatedSource {
  return {
    source: 'street.jpg',
    frame: 1,
    timeMs: 0,
    sizePx: { width: 640, height: 480 },
    detections: [],
    ...part,
  };
}

const car = detection({ name: 'car', classId: 2, confidence: 0.75, boxXyxy: [10, 20.5, 110, 70.5] });

describe('toJson', () => {
  it('has the shape that the shell prints', () => {
    expect(JSON.parse(toJson([source({ detections: [car] })]))).toEqual({
      ...{ source: 'street.jpg', frame: 1, timeMs: 0, width: 640, height: 480 },
      predictions: [
        { name: 'car', classId: 2, confidence: 0.75, xmin: 10, ymin: 20.5, xmax: 110, ymax: 70.5 },
      ],
    });
  });

  it('is a list for several, and one line each as lines', () => {
    const two = [source(), source({ frame: 2, timeMs: 41.7 })];
    expect(JSON.parse(toJson(two))).toHaveLength(2);
    const lines = toJsonLines(two).split('\n');
    expect(lines.map((line) => line && JSON.parse(line).timeMs)).toEqual([0, 41.7, '']);
  });
});

describe('toCsv', () => {
  it('has a row for each detection', () => {
    expect(toCsv([source(), source({ frame: 24, timeMs: 958.3, detections: [car] })])).toBe(
      'source,frame,time_ms,width,height,name,class_id,confidence,xmin,ymin,xmax,ymax\r\n' +
        'street.jpg,24,958.3,640,480,car,2,0.75,10,20.5,110,70.5\r\n',
    );
  });

  it.each([
    ['a, b.jpg', '"a, b.jpg"'],
    ['say "hi".jpg', '"say ""hi"".jpg"'],
    ['two\nlines.jpg', '"two\nlines.jpg"'],
    ['=1+1.jpg', "'=1+1.jpg"],
    ['-a,b.jpg', '"\'-a,b.jpg"'],
  ])('writes the name %j so that it is read as it is', (name, field) => {
    expect(toCsv([source({ source: name, detections: [car] })])).toContain(`\r\n${field},1,0,`);
  });
});

describe('toCoco', () => {
  it('has images, annotations and categories', () => {
    const person = detection({ name: 'person', classId: 0, confidence: 0.5, boxXyxy: [0, 0, 10, 20] });
    const data = JSON.parse(
      toCoco([source({ detections: [car] }), source({ source: 'b.jpg', detections: [person] })], CLASSES),
    );
    expect(data.categories).toEqual(CLASSES.map((name, id) => ({ id, name })));
    expect(
      data.images.map((image: { id: number; file_name: string }) => [image.id, image.file_name]),
    ).toEqual([
      [1, 'street.jpg'],
      [2, 'b.jpg'],
    ]);
    expect(data.annotations).toEqual([
      { id: 1, image_id: 1, category_id: 2, bbox: [10, 20.5, 100, 50], area: 5000, iscrowd: 0, score: 0.75 },
      { id: 2, image_id: 2, category_id: 0, bbox: [0, 0, 10, 20], area: 200, iscrowd: 0, score: 0.5 },
    ]);
  });
});

describe('the categories of a COCO data set', () => {
  const categoriesOf = (detections: readonly Detection[], classes: readonly string[] = []) => {
    const { categories, annotations } = JSON.parse(toCoco([source({ detections })], classes));
    const ids = annotations.map((annotation: { category_id: number }) => annotation.category_id);
    return { categories, ids };
  };
  const ball = detection({ name: 'ball', classId: 2 });

  it('come from what was found when no model is known', () => {
    expect(categoriesOf([car])).toEqual({ categories: [{ id: 2, name: 'car' }], ids: [2] });
  });

  it('keep two names apart that two models gave to one id', () => {
    const { categories, ids } = categoriesOf([car, ball, car, ball]);
    expect(categories).toEqual([
      { id: 2, name: 'car' },
      { id: 3, name: 'ball' },
    ]);
    expect(ids).toEqual([2, 3, 2, 3]);
  });
});

describe('nameWithEnding', () => {
  it.each([
    ['street.jpg', 'street-boxes.png'],
    ['two.dots.webp', 'two.dots-boxes.png'],
    ['a/b/1.jpg', 'a-b-1-boxes.png'],
    ['none', 'none-boxes.png'],
    ['.jpg', 'picture-boxes.png'],
  ])('%s becomes %s', (name, expected) => {
    expect(nameWithEnding(name, '-boxes.png')).toBe(expected);
  });
});
