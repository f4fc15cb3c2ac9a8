import { type RefObject, useEffect } from 'react';

const FOCUSABLE = ':is(button, input, [href], [tabindex]):not([tabindex="-1"], :disabled)';

/** Put on what is a good place to go on from: the picture, the video, or what brings the first of them. */
export const PREFERRED = { 'data-keeps-focus': '' };

/**
 * A control that has done its work may go away, and would leave the focus nowhere: whoever uses a keyboard would have to
 * start from the top. It goes to the nearest place that is preferred instead, or else to a neighbour.
 */
export function useKeptFocus(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const page = root.current;
    if (!page) return;
    let focused: Element | undefined;
    let around: readonly Element[] = [];
    function onFocus({ target }: FocusEvent) {
      focused = target instanceof Element ? target : undefined;
      around = focused ? ancestorsOf(focused) : [];
    }
    function onChange() {
      if (!focused || focused.isConnected) return;
      focused = undefined;
      if (document.activeElement !== document.body) return;
      const places = around.filter(({ isConnected }) => isConnected);
      const successor = firstIn(places, '[data-keeps-focus]') ?? firstIn(places, FOCUSABLE);
      successor?.focus({ preventScroll: true });
    }
    page.addEventListener('focusin', onFocus);
    const observer = new MutationObserver(onChange);
    observer.observe(page, { childList: true, subtree: true });
    return () => {
      page.removeEventListener('focusin', onFocus);
      observer.disconnect();
    };
  }, [root]);
}

/** From the inside out. */
function ancestorsOf({ parentElement }: Element): readonly Element[] {
  return parentElement ? [parentElement, ...ancestorsOf(parentElement)] : [];
}

/** The first that can be seen in the innermost place that has such, the place itself included. */
function firstIn(places: readonly Element[], selector: string): HTMLElement | undefined {
  for (const place of places) {
    const all = [...place.querySelectorAll<HTMLElement>(selector)];
    if (place instanceof HTMLElement && place.matches(selector)) all.unshift(place);
    const seen = all.find((one) => one.checkVisibility());
    if (seen) return seen;
  }
  return undefined;
}
