/** The angle that spreads any number of hues as evenly as possible. */
const GOLDEN_ANGLE_DEG = 137.508;

/** Lightness and chroma by turns, so that classes whose hues come close still differ. All are light: labels on them are dark. */
const TONES = ['78% 0.165', '86% 0.13', '72% 0.15'] as const;

/**
 * A class's colour, a CSS colour. It depends on the class id alone, so a class looks the same in every picture.
 */
export function classColor(classId: number): string {
  const hueDeg = (25 + classId * GOLDEN_ANGLE_DEG) % 360;
  const tone = TONES[Math.floor(classId / 7) % TONES.length];
  return `oklch(${tone} ${hueDeg.toFixed(1)})`;
}
