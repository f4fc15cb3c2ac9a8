/**
 * Ten classes to a line, from id 0. Found by simulated annealing: as far apart in OKLab as 80 colours can be that are all
 * light, since labels on them are dark, and further where COCO's classes are often together.
 */
const COLORS = [
  '01a3ff fc732f ffb2ff d2ab00 6e9fdd bf8f9f acb5df ffdeba 7aaf00 ffa794',
  'a99c68 8fe9ab ffd104 d886ff 96ffe0 a7a000 1cb34f 88d3ff b98ad6 9fcc76',
  'fcee91 84ff91 7cb095 e8a963 01cbac caff6a 6fa4b5 8095ff ff87c9 d0d400',
  'e4c19f 4be789 00c5d6 ef8b98 03b182 84ceaa 01ffff aea5ff d18f21 02deff',
  'ff9200 ad86ff ffdcff d780b4 ff92fe 9fe559 ff6d6c 00aeac ffcc78 aebc00',
  'c2d8af cfa38d 00cd7d ffa7c8 c0ffac 9c98c1 fef13b dc8664 c5d6ff c9e27f',
  '00ffc0 00a9d4 b3bb8f ffb201 e571d4 81b8ff ffc6cb fc699b 7ba95e 87c0c9',
  'd3c469 d2baff bbf5ff 94e2d9 79cd4a d3a8c2 00e7d0 daf5cd de9ce3 01c0ff',
].flatMap((line) => line.split(' '));

/**
 * A class's colour, a CSS colour. It depends on the class id alone, so a class looks the same in every picture. From id
 * 80 on, colours come again.
 */
export function classColor(classId: number): string {
  return `#${COLORS[classId % COLORS.length]}`;
}
