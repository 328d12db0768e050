import {createHash} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import {DIALECTS} from '../../../src/credentials/store/dialects.ts';
import {patience} from '../../store/contract.ts';
import {answer, type Behaviour, SECRETS, startBrokenStore} from './broken-server.ts';

/** Answers with one after the other, the last one for ever. */
function inTurn(...bodies: readonly string[]): Behaviour {
  let turn = 0;
  return (response, request) => {
    const body = bodies[Math.min(turn, bodies.length - 1)] ?? '';
    turn += 1;
    answer(200, body)(response, request);
  };
}

function keys(ids: readonly string[], rest: string): string {
  const members = ids.map(id => `<member><AccessKeyId>${id}</AccessKeyId></member>`).join('');
  const result = `<AccessKeyMetadata>${members}</AccessKeyMetadata>${rest}`;
  return `<ListAccessKeysResponse><ListAccessKeysResult>${result}</ListAccessKeysResult></ListAccessKeysResponse>`;
}

function listing(objects: readonly string[], rest: string): string {
  const contents = objects.map(key => `<Contents><Key>${key}</Key></Contents>`).join('');
  return `<ListBucketResult>${contents}${rest}</ListBucketResult>`;
}

const MORE = '<IsTruncated>true</IsTruncated>';
const END = '<IsTruncated>false</IsTruncated>';

describe('a list in pages', () => {
  test('is followed by its marker to the end', async () => {
    const pages = [keys(['A'], `${MORE}<Marker>m&amp;1</Marker>`), keys([], `${MORE}<Marker>2</Marker>`)];
    const store = await startBrokenStore(inTurn(...pages, keys(['B'], END)));
    expect(await store.iam.listAccessKeys('user', patience())).toEqual(['A', 'B']);
    const markers = store.seen.map(({body}) => new URLSearchParams(body).get('Marker'));
    expect(markers).toEqual([null, 'm&1', '2']);
    await store.stop();
  });

  test.each([
    {rule: 'is cut without a marker', body: keys(['A'], MORE)},
    {rule: 'repeats its marker', body: keys(['A'], `${MORE}<Marker>1</Marker>`)},
    {rule: 'has a member without an id', body: keys(['A', ''], END)},
    {rule: 'has something else among its members', body: keys(['A'], END).replace('member>', 'other>')},
    {rule: 'is twice there', body: keys(['A'], `<AccessKeyMetadata></AccessKeyMetadata>${END}`)},
    {rule: 'is not there', body: '<ListAccessKeysResponse><ListAccessKeysResult/></ListAccessKeysResponse>'},
    {rule: 'is neither cut nor whole', body: keys(['A'], '<IsTruncated>maybe</IsTruncated>')},
    {rule: 'is that of another action', body: keys(['A'], END).replaceAll('AccessKeys', 'Users')},
  ])('that $rule is no list of keys', async ({body}) => {
    const store = await startBrokenStore(inTurn(body));
    const listed = store.iam.listAccessKeys('user', patience());
    await expect(listed).rejects.toMatchObject({failure: 'failed', isOutcomeUnknown: false});
    await store.stop();
  });

  test('of users ends when there are too many pages', async () => {
    let page = 0;
    const store = await startBrokenStore((response, request) => {
      page += 1;
      const users = `<ListUsersResult><Users/>${MORE}<Marker>${page}</Marker></ListUsersResult>`;
      answer(200, `<ListUsersResponse>${users}</ListUsersResponse>`)(response, request);
    });
    await expect(store.iam.listUsers('', patience())).rejects.toThrow('has too many pages');
    await store.stop();
  });
});

describe('a listing of objects', () => {
  test('goes on until there are as many keys as asked for', async () => {
    const next = (token: string) => `${MORE}<NextContinuationToken>${token}</NextContinuationToken>`;
    const store = await startBrokenStore(
      inTurn(listing([], next('t/1')), listing(['p/a'], next('2')), listing(['p/b', 'p/c'], END)),
    );
    const found = await store.objects.listObjects('bucket', 'p/', 2, patience());
    expect(found).toEqual({keys: ['p/a', 'p/b'], hasMore: true});
    expect(
      store.seen.map(({url}) => new URL(url, 'http://store').searchParams.get('continuation-token')),
    ).toEqual([null, 't/1', '2']);
    await store.stop();
  });

  test.each([
    {rule: 'a key that was not asked for', body: listing(['p/a', 'q/b'], END), reason: 'not asked for'},
    {rule: 'a cut without a token', body: listing(['p/a'], MORE), reason: 'is no list'},
    {rule: 'no word about its end', body: listing(['p/a'], ''), reason: 'is no list'},
    {rule: 'a key without a name', body: listing([''], END), reason: 'is no list'},
    {
      rule: 'a key that cannot be decoded',
      body: listing(['p/%zz'], `<EncodingType>url</EncodingType>${END}`),
      reason: 'is no list',
    },
    {
      rule: 'the same empty page for ever',
      body: listing([], `${MORE}<NextContinuationToken>1</NextContinuationToken>`),
      reason: 'repeats its page',
    },
  ])('with $rule is refused', async ({body, reason}) => {
    const store = await startBrokenStore(inTurn(body));
    const listed = store.objects.listObjects('bucket', 'p/', 10, patience());
    await expect(listed).rejects.toMatchObject({failure: 'failed', message: expect.stringContaining(reason)});
    await store.stop();
  });

  test('decodes keys that are said to be encoded', async () => {
    const body = listing(['p/a%20b+c%2B%0A'], `<EncodingType>url</EncodingType>${END}`);
    const store = await startBrokenStore(inTurn(body));
    const {keys: found} = await store.objects.listObjects('bucket', 'p/', 10, patience());
    expect(found).toEqual(['p/a b c+\n']);
    await store.stop();
  });
});

describe('deleting several objects', () => {
  test('names them in XML with its hash, and those that XML cannot name one by one', async () => {
    const store = await startBrokenStore((response, request) =>
      request.method === 'DELETE'
        ? answer(204)(response, request)
        : answer(200, '<DeleteResult/>')(response, request),
    );
    await store.objects.deleteObjects('bucket', ['a&<b>', 'line\nbreak'], patience());
    const [together, alone] = store.seen;
    expect(together?.body).toContain('<Object><Key>a&amp;&lt;b&gt;</Key></Object></Delete>');
    const hash = createHash('md5')
      .update(together?.body ?? '')
      .digest('base64');
    expect(together?.headers['content-md5']).toBe(hash);
    expect(alone).toMatchObject({method: 'DELETE', url: '/bucket/line%0Abreak'});
    await store.stop();
  });

  test('fails when some are left, and not because some were gone', async () => {
    const error = (code: string) => `<Error><Key>LEAKED</Key><Code>${code}</Code></Error>`;
    const gone = await startBrokenStore(inTurn(`<DeleteResult>${error('NoSuchKey')}</DeleteResult>`));
    await gone.objects.deleteObjects('bucket', ['a'], patience());
    await gone.stop();
    const left = await startBrokenStore(inTurn(`<DeleteResult>${error('AccessDenied')}</DeleteResult>`));
    const deleted = left.objects.deleteObjects('bucket', ['a', 'b'], patience());
    await expect(deleted).rejects.toThrow(
      'cannot call DeleteObjects: the answer says that 1 of 2 objects are left',
    );
    await left.stop();
  });
});

describe('a request', () => {
  test('is signed with the key of the moment, for the region of the service', async () => {
    let key = SECRETS;
    const options = {credentials: () => key, region: 'eu-central-1', dialect: DIALECTS.aws};
    const store = await startBrokenStore(answer(404), options);
    await store.objects.isBucket('bucket', patience());
    key = {accessKeyId: 'AKIA-ROTATED', secretAccessKey: 'rotated'};
    await store.objects.isBucket('bucket', patience());
    await store.iam.isUser('user', patience()).catch(() => {});
    const scopes = store.seen.map(({headers}) => /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1]);
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    expect(scopes).toEqual([
      `AKIA-OF-THE-TESTS/${today}/eu-central-1/s3/aws4_request`,
      `AKIA-ROTATED/${today}/eu-central-1/s3/aws4_request`,
      `AKIA-ROTATED/${today}/us-east-1/iam/aws4_request`,
    ]);
    await store.stop();
  });

  test('carries the hash of its body, so that nobody changes a record on its way', async () => {
    const store = await startBrokenStore(answer(200, '', {etag: '"1"'}));
    await store.objects.putObject('bucket', 'key', Buffer.from('body'), {ifMatch: '"0"'}, patience());
    expect(store.seen[0]?.headers).toMatchObject({
      'x-amz-content-sha256': createHash('sha256').update('body').digest('hex'),
      'if-match': '"0"',
    });
    await store.stop();
  });

  test.each([
    {dialect: 'aws', region: 'eu-central-1', isNamed: true},
    {dialect: 'aws', region: 'us-east-1', isNamed: false},
    {dialect: 'seaweedfs', region: 'eu-central-1', isNamed: false},
  ] as const)('that makes a bucket in $region on $dialect names the region: $isNamed', async row => {
    const store = await startBrokenStore(answer(200), {dialect: DIALECTS[row.dialect], region: row.region});
    await store.objects.createBucket('bucket', patience());
    const constraint = `<LocationConstraint>${row.region}</LocationConstraint>`;
    expect(store.seen[0]?.body.includes(constraint)).toBe(row.isNamed);
    await store.stop();
  });

  test.each([
    {what: 'another user', name: 'other', secret: 'secret'},
    {what: 'no secret', name: 'user', secret: ''},
  ])('for a key that is answered with $what may have made one', async ({name, secret}) => {
    const fields = `<UserName>${name}</UserName><AccessKeyId>A</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey>`;
    const result = `<CreateAccessKeyResult><AccessKey>${fields}</AccessKey></CreateAccessKeyResult>`;
    const store = await startBrokenStore(
      inTurn(`<CreateAccessKeyResponse>${result}</CreateAccessKeyResponse>`),
    );
    const made = store.iam.createAccessKey('user', patience());
    await expect(made).rejects.toMatchObject({failure: 'failed', isOutcomeUnknown: true});
    await store.stop();
  });
});
