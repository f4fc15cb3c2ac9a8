import { MessagePage } from '../shell/message-page.tsx';

export default function NotFound() {
  return (
    <MessagePage title="There is nothing here">
      <a href="/">To the start page</a>
    </MessagePage>
  );
}
