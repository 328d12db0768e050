import {createHash, timingSafeEqual} from 'node:crypto';

/** Whether an Authorization header carries a token. */
export type TokenCheck = (authorization: string | undefined) => boolean;

/**
 * Accepts any of the tokens, as Bearer or as the password of Basic (which is how Metacontroller sends the user
 * information of a webhook's url). Several let a new one be rolled out before the old one goes.
 */
export function createTokenCheck(tokens: () => readonly string[]): TokenCheck {
  return authorization => {
    const given = readToken(authorization);
    if (given === undefined) return false;
    // All are compared, in constant time, so that nothing is learnt from how long it takes.
    return tokens()
      .map(token => isEqual(token, given))
      .includes(true);
  };
}

/** The tokens of a token file: one a line. */
export function parseTokens(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean);
}

function readToken(authorization = ''): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const credentials = Buffer.from(value, 'base64').toString('utf8');
  const colon = credentials.indexOf(':');
  return colon === -1 ? undefined : credentials.slice(colon + 1);
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [a, b].map(text => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(left, right);
}
