import { headers } from 'next/headers';
import { serverUrlFor } from '../server/server-url.ts';
import { readSettings } from '../settings.ts';
import { tabFromQuery } from '../shell/tab.ts';
import { Workbench } from '../shell/workbench.tsx';

interface Props {
  readonly searchParams: Promise<{ readonly tab?: string | string[] }>;
}

/** Made anew for each request: where the server is depends on the settings of the run and the page's address. */
export default async function Page({ searchParams }: Props) {
  const host = (await headers()).get('host');
  const { tab } = await searchParams;
  return <Workbench serverUrl={serverUrlFor(host, readSettings())} initialTab={tabFromQuery(tab)} />;
}
