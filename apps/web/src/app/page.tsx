import { headers } from 'next/headers';
import { serverUrlFor } from '../server/server-url.ts';
import { readSettings } from '../settings.ts';
import { Workbench } from '../shell/workbench.tsx';

/** Made anew for each request: where the server is depends on the settings of the run and the page's address. */
export default async function Page() {
  const host = (await headers()).get('host');
  return <Workbench serverUrl={serverUrlFor(host, readSettings())} />;
}
