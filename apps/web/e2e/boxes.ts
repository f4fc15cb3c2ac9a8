import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** A box as the server gives it and as the page lists it; in pixels of the upright picture. */
export interface NamedBox {
  readonly name: string;
  readonly confidence: number;
  readonly box: readonly [xmin: number, ymin: number, xmax: number, ymax: number];
}

/** The rows of the list, once it has caught up with what is shown: a long one follows a moment later. */
export async function listedRows(page: Page): Promise<Locator> {
  const rows = page.getByRole('listbox', { name: 'Objects found' }).getByRole('option');
  const count = Number(await page.getByTestId('count').getAttribute('data-count'));
  await expect(rows).toHaveCount(count);
  return rows;
}

/** What the page lists, surest first. */
export async function listedBoxes(page: Page): Promise<NamedBox[]> {
  return (await listedRows(page)).evaluateAll((rows) =>
    rows.map((row) => {
      const { class: name = '', confidence, box = '' } = (row as HTMLElement).dataset;
      const [xmin, ymin, xmax, ymax] = box.split(' ').map(Number) as [number, number, number, number];
      return { name, confidence: Number(confidence), box: [xmin, ymin, xmax, ymax] as const };
    }),
  );
}

interface JsonBox extends Record<'xmin' | 'ymin' | 'xmax' | 'ymax' | 'confidence', number | undefined> {
  readonly name: string;
}

/** What the server says to the same picture, asked without the page. */
export async function serversBoxes(serverUrl: string, path: string, options = {}): Promise<NamedBox[]> {
  const response = await fetch(`${serverUrl}/mlpredictions.MlPredictions/PredictSingleImage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: (await readFile(path)).toString('base64'), options }),
  });
  const { object = [] }: { object?: JsonBox[] } = await response.json();
  // JSON leaves out what is zero.
  return object.map(({ name, confidence = 0, xmin = 0, ymin = 0, xmax = 0, ymax = 0 }) => ({
    ...{ name, confidence },
    box: [xmin, ymin, xmax, ymax] as const,
  }));
}

/**
 * How far each edge of a box is drawn from where it belongs, in CSS pixels: left, top, right, bottom; NaN where none is
 * drawn. Looks for the line among the pixels of the canvas. Works for the box that is pointed at, which lies on top.
 *
 * @param color of its class, as a CSS colour
 */
export function edgeErrors(page: Page, box: NamedBox['box'], color: string): Promise<number[]> {
  return page.evaluate(
    ({ box, color }) => {
      const stage = document.querySelector('[data-testid=stage]');
      const canvas = stage?.querySelector('canvas') as HTMLCanvasElement;
      const image = stage?.querySelector('img') as HTMLImageElement;
      const [frame, picture] = [canvas.getBoundingClientRect(), image.getBoundingClientRect()];
      const ratio = canvas.width / frame.width;
      const scale = (picture.width / image.naturalWidth) * ratio;
      const edges = box.map((value, index) => {
        const start = index % 2 === 0 ? picture.left - frame.left : picture.top - frame.top;
        return start * ratio + value * scale;
      });

      const copy = new OffscreenCanvas(canvas.width, canvas.height);
      const context = copy.getContext('2d', {
        willReadFrequently: true,
      }) as OffscreenCanvasRenderingContext2D;
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      const wanted = context.getImageData(0, 0, 1, 1).data;
      context.clearRect(0, 0, 1, 1);
      context.drawImage(canvas, 0, 0);

      /** A line is three pixels wide. A label that touches it has its colour, so its other side has to do there. */
      const [left = 0, top = 0, right = 0, bottom = 0] = edges;
      const reachOf = { x: nearBy(right - left), y: nearBy(bottom - top) };
      // Not as far as the line on the other side.
      function nearBy(size: number): number {
        return Math.min(Math.ceil(5 * ratio), Math.max(Math.floor(size - 2 * ratio), 2));
      }
      const half = 1.5 * ratio;
      function errorAt(x: number, y: number, across: 'x' | 'y', edge: number): number {
        const [px, py] = [Math.round(x), Math.round(y)];
        const reach = reachOf[across];
        const from = (across === 'x' ? px : py) - reach;
        const length = 2 * reach + 1;
        const { data } =
          across === 'x'
            ? context.getImageData(from, py, length, 1)
            : context.getImageData(px, from, 1, length);
        const isLine = (at: number) =>
          (data[at + 3] ?? 0) > 250 &&
          [0, 1, 2].every((c) => Math.abs((data[at + c] ?? 0) - (wanted[c] ?? 0)) < 14);
        const hits = Array.from({ length }, (_, index) => index).filter((index) => isLine(index * 4));
        const [first = Number.NaN, last = Number.NaN] = [hits[0], hits.at(-1)];
        const sides = [from + first + half, from + last + 1 - half].map((middle) => Math.abs(middle - edge));
        return Math.min(...sides) / ratio;
      }

      const places = [0.1, 0.3, 0.5, 0.7, 0.9];
      return edges.map((edge, index) => {
        const [low = 0, high = 0] = index % 2 === 0 ? [edges[1], edges[3]] : [edges[0], edges[2]];
        const errors = places.map((place) => {
          const along = low + (high - low) * place;
          return index % 2 === 0 ? errorAt(edge, along, 'x', edge) : errorAt(along, edge, 'y', edge);
        });
        return Math.min(...errors.filter((error) => !Number.isNaN(error)), Number.POSITIVE_INFINITY);
      });
    },
    { box: [...box], color },
  );
}

/** A class's colour, as the list shows it. */
export async function listedColor(page: Page, index: number): Promise<string> {
  const swatch = page
    .getByRole('listbox', { name: 'Objects found' })
    .getByRole('option')
    .nth(index)
    .locator('rect');
  return (await swatch.getAttribute('fill')) ?? '';
}
