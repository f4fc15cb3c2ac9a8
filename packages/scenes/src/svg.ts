import type { Figure, Paint, Part } from './figure.ts';
import { round, toPathData } from './path.ts';

/** Gathers SVG elements and the gradients that they share. */
export class SvgWriter {
  readonly #body: string[] = [];
  readonly #gradients = new Map<string, string>();

  add(figure: Figure): void {
    for (const part of figure) this.#body.push(this.#element(part));
  }

  /** The whole document, with pixels as its units. */
  finish(width: number, height: number): string {
    const definitions = [...this.#gradients].map(([body, id]) => body.replace('ID', id));
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
      `<defs>${definitions.join('')}</defs>${this.#body.join('')}</svg>`
    );
  }

  #element({ outline, fill, stroke, strokeWidth = 0, opacity }: Part): string {
    const attributes = [`d="${toPathData(outline)}"`, `fill="${fill ? this.#paint(fill) : 'none'}"`];
    if (stroke) {
      attributes.push(
        `stroke="${stroke}" stroke-width="${round(strokeWidth)}" stroke-linecap="round" stroke-linejoin="round"`,
      );
    }
    if (opacity !== undefined) attributes.push(`opacity="${round(opacity)}"`);
    return `<path ${attributes.join(' ')}/>`;
  }

  #paint(paint: Paint): string {
    if (typeof paint === 'string') return paint;
    const { gradient, stops } = paint;
    const tag = gradient === 'out' ? 'radialGradient' : 'linearGradient';
    const ends = { down: ' x1="0" y1="0" x2="0" y2="1"', right: ' x1="0" y1="0" x2="1" y2="0"', out: '' };
    const list = stops.map(([colour, opacity], i) => {
      const offset = round(stops.length > 1 ? i / (stops.length - 1) : 0);
      const see = opacity === undefined ? '' : ` stop-opacity="${round(opacity)}"`;
      return `<stop offset="${offset}" stop-color="${colour}"${see}/>`;
    });
    const body = `<${tag} id="ID"${ends[gradient]}>${list.join('')}</${tag}>`;
    const id = this.#gradients.get(body) ?? `g${this.#gradients.size}`;
    this.#gradients.set(body, id);
    return `url(#${id})`;
  }
}
