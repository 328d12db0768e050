import {createHmac} from 'node:crypto';
import type {Call} from '../credentials/policy-calls.ts';
import {type Answer, callS3, type Key, type LiveStore} from './policy-client.ts';

const BOUNDARY = 'boundary-of-the-form';

/**
 * Uploads with a form, as browsers do: the key is a field and the signature is of the form's own policy.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
 */
export function postForm(store: LiveStore, key: Key | undefined, call: Call): Promise<Answer> {
  const fields = {key: call.key ?? '', ...(key && signedFields(key, call.bucket))};
  const parts = Object.entries(fields).map(([name, value]) => partOf(name, value));
  const file = partOf('file', 'content', '; filename="file"');
  return callS3(store, undefined, {
    method: 'POST',
    path: `/${call.bucket}`,
    query: call.query.toString(),
    headers: {'content-type': `multipart/form-data; boundary=${BOUNDARY}`},
    body: `${[...parts, file].join('')}--${BOUNDARY}--\r\n`,
  });
}

function partOf(name: string, value: string, more = ''): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
}

function signedFields({id, secret}: Key, bucket: string): {[name: string]: string} {
  const now = new Date();
  const time = `${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const scope = [time.slice(0, 8), 'us-east-1', 's3', 'aws4_request'];
  const fields = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${id}/${scope.join('/')}`,
    'x-amz-date': time,
  };
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(now.getTime() + 3_600_000).toISOString(),
      conditions: [
        {bucket},
        ['starts-with', '$key', ''],
        ...Object.entries(fields).map(([name, value]) => ({[name]: value})),
      ],
    }),
  ).toString('base64');
  const signingKey = scope.reduce<string | Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${secret}`,
  );
  return {
    ...fields,
    policy,
    'x-amz-signature': createHmac('sha256', signingKey).update(policy).digest('hex'),
  };
}
