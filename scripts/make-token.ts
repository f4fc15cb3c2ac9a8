// Makes a token: pnpm make-token NAME [requests=N] [bytes=N] [uploads=N] [stored=N]. The token is said once and kept nowhere;
// the line with its hash goes into TOKENS_FILE.
import { createToken, hashToken } from '../apps/server/src/access/token.ts';
import { parseTokenFile } from '../apps/server/src/access/token-file.ts';

const [name = '', ...quotas] = process.argv.slice(2);
const token = createToken();
const line = [name, `sha256:${hashToken(token).toString('hex')}`, ...quotas].join(' ');
try {
  if (parseTokenFile(line).length === 0) throw new Error('a name does not begin with #');
  console.error(`The token, for the caller and nobody else:\n\n  ${token}\n\nThe line for TOKENS_FILE:\n`);
  process.stdout.on('error', tellUnwritten);
  process.stdout.write(`${line}\n`);
} catch (error) {
  const why = (error as Error).message.replace('line 1: ', '');
  console.error(`usage: pnpm make-token NAME [requests=N] [bytes=N] [uploads=N] [stored=N]\n${why}`);
  process.exitCode = 2;
}

/** Without its line, nobody takes the token for one. */
function tellUnwritten({ message }: Error): void {
  console.error(`the line cannot be written: ${message}`);
  process.exitCode = 1;
}
