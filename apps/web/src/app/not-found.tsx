import Link from 'next/link';
import { MessagePage } from '../shell/message-page.tsx';

export default function NotFound() {
  return (
    <MessagePage title="There is nothing here">
      <Link href="/" prefetch={false}>
        To the start page
      </Link>
    </MessagePage>
  );
}
