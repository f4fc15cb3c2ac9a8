import { type RefObject, useEffect } from 'react';

const FOCUSABLE = ':is(button, input, [href], [tabindex]):not([tabindex="-1"], :disabled)';

/** Put on what is a good place to go on from. */
export const PREFERRED = { 'data-keeps-focus': '' };

/**
 * A control that has done its work may go away, and would leave the focus nowhere: whoever uses a keyboard would have to
 * start from the top. It goes to a neighbour instead, one that is preferred where there is such.
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
      const place = around.find((element) => element.isConnected && successorIn(element));
      if (place) successorIn(place)?.focus({ preventScroll: true });
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

function successorIn(element: Element): HTMLElement | undefined {
  const candidates = [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) =>
    one.checkVisibility(),
  );
  return candidates.find((one) => 'keepsFocus' in one.dataset) ?? candidates[0];
}
