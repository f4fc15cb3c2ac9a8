import { useEffect } from 'react';
import { useSingleKeys } from './use-single-keys.ts';

/** What single keys do, by their names; letters are small. */
export type KeyActions<Actions> = Readonly<Record<string, (actions: Actions) => void>>;

/** Elements, and which keys they have a use of their own for; those that scripts handle are marked by these. */
const OWN_KEYS: readonly (readonly [elements: string, keys: RegExp])[] = [
  ['input:not([type=range], [type=checkbox], [type=file]), select, textarea', /./],
  ['input[type=range], section[tabindex]', /^Arrow/],
  ['button, summary, input:is([type=checkbox], [type=file]), section[tabindex]', /^ $/],
];

/**
 * Listens to single keys anywhere on the page, unless that is switched off.
 *
 * @param keys and `actions` must stay the same between renders
 */
export function useKeyActions<Actions>(keys: KeyActions<Actions>, actions: Actions, enabled: boolean): void {
  const singleKeys = useSingleKeys();
  useEffect(() => {
    if (!enabled || !singleKeys) return;
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act || hasOwnUse(event)) return;
      event.preventDefault();
      act(actions);
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [keys, actions, enabled, singleKeys]);
}

function hasOwnUse({ key, target }: KeyboardEvent): boolean {
  return OWN_KEYS.some(
    ([elements, keys]) => keys.test(key) && target instanceof Element && target.closest(elements) !== null,
  );
}
