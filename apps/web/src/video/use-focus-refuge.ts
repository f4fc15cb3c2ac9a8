import { type FocusEvent, useCallback, useLayoutEffect, useRef } from 'react';

/**
 * When a control vanishes under the focus, the keyboard goes on at another element, not at the top of the page.
 *
 * @param refugeId of that element, which is on the page already
 * @returns what listens to the focus of everything that may vanish
 */
export function useFocusRefuge(refugeId: string) {
  const focused = useRef<Element>(undefined);
  useLayoutEffect(() => {
    if (!focused.current || focused.current.isConnected) return;
    focused.current = undefined;
    document.getElementById(refugeId)?.focus();
  });
  return {
    note: useCallback(({ target }: FocusEvent) => {
      focused.current = target;
    }, []),
    // React does not tell of what loses the focus by vanishing.
    forget: useCallback(() => {
      focused.current = undefined;
    }, []),
  };
}
