import { anyColour, vivid } from '../colour.ts';
import type { Random } from '../random.ts';

const SKINS = ['#f6d2b4', '#eab98f', '#d39a6a', '#a86f45', '#7b4a2d', '#5a3522', '#fbe0cc'];
const HAIR = ['#2a1c14', '#4a2f1c', '#7a4b25', '#b98546', '#d9b46a', '#1b1b1f', '#8f8f94', '#a33f22'];

/** How somebody looks and is dressed. Colours are `#rrggbb`. */
export interface Outfit {
  readonly skin: string;
  readonly hair: string;
  readonly top: string;
  readonly bottom: string;
  readonly shoes: string;
  readonly hairstyle: 'short' | 'long' | 'bun' | 'cap' | 'bald' | 'curly';
  readonly wear: 'trousers' | 'shorts' | 'skirt' | 'dress' | 'coat';
  readonly bag: 'none' | 'backpack' | 'handbag';
}

export function chooseOutfit(random: Random): Outfit {
  return {
    skin: random.pick(SKINS),
    hair: random.pick(HAIR),
    top: anyColour(random),
    bottom: random.weighted([
      ['#2f4667', 3],
      ['#23262d', 3],
      ['#7c6a52', 2],
      [anyColour(random), 3],
    ]),
    shoes: random.weighted([
      ['#26211e', 3],
      ['#f1f1ee', 2],
      [vivid(random), 2],
    ]),
    hairstyle: random.pick(['short', 'short', 'long', 'long', 'bun', 'cap', 'bald', 'curly']),
    wear: random.pick(['trousers', 'trousers', 'trousers', 'shorts', 'skirt', 'dress', 'coat']),
    bag: random.weighted([
      ['none', 5],
      ['backpack', 2],
      ['handbag', 1],
    ]),
  };
}
