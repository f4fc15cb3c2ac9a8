'use client';

import { MessagePage } from '../shell/message-page.tsx';

/** Shown in place of a page that broke. */
export default function PageError({ reset }: { reset: () => void }) {
  return (
    <MessagePage title="This page ran into a fault of its own">
      <button type="button" className="button" onClick={reset}>
        Start again
      </button>
    </MessagePage>
  );
}
