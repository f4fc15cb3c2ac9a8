/** Scrolls a row into sight within what scrolls around it, and never the page: a picture beside it stays where it is. */
export function scrollWithin(row: Element): void {
  const scroller = scrollerOf(row);
  if (!scroller) return;
  const [inner, outer] = [row.getBoundingClientRect(), scroller.getBoundingClientRect()];
  if (inner.top < outer.top) scroller.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) scroller.scrollTop += inner.bottom - outer.bottom;
}

function scrollerOf({ parentElement }: Element): Element | undefined {
  if (!parentElement || parentElement === document.body) return undefined;
  const { overflowY } = getComputedStyle(parentElement);
  const scrolls =
    ['auto', 'scroll'].includes(overflowY) && parentElement.scrollHeight > parentElement.clientHeight;
  return scrolls ? parentElement : scrollerOf(parentElement);
}
