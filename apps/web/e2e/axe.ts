import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** The known accessibility problems of the page as it is now. */
export async function problems(page: Page): Promise<string[]> {
  return told(new AxeBuilder({ page }));
}

/** Those that other colours can bring: all else is the same in another colour scheme. */
export async function problemsOfColour(page: Page): Promise<string[]> {
  return told(new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']));
}

async function told(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
