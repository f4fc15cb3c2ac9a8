'use client';

import { MessagePage } from '../shell/message-page.tsx';

/** Shown in place of a page that broke. What it had is lost, and may be what broke it: it begins from nothing. */
export default function PageError() {
  return (
    <MessagePage title="This page ran into a fault of its own">
      <button type="button" className="button" onClick={() => location.reload()}>
        Reload the page
      </button>
    </MessagePage>
  );
}
