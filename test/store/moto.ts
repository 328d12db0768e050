import {freePort} from '../support/port.ts';
import {connect, drawKey, type LiveStore} from './live-store.ts';
import {openProcesses} from './process.ts';

/** Moto lets the first calls in with any key; these make the admin. */
const BOOTSTRAP_CALLS = 3;

const ALL = {Version: '2012-10-17', Statement: [{Effect: 'Allow', Action: '*', Resource: '*'}]};

/** Moto as AWS: IAM and S3 on one port, every call authorised. `stop` ends it. */
export async function startMoto(server: string): Promise<LiveStore> {
  const processes = openProcesses('moto');
  try {
    const port = await freePort();
    const endpoint = new URL(`http://127.0.0.1:${port}`);
    const where = {iamEndpoint: endpoint, s3Endpoint: endpoint, dialect: 'aws'} as const;
    processes.start(server, ['-H', '127.0.0.1', '-p', String(port)], {
      INITIAL_NO_AUTH_ACTION_COUNT: String(BOOTSTRAP_CALLS),
    });
    // Its own API is not counted among the calls.
    await processes.until(async () => (await fetch(new URL('/moto-api/data.json', endpoint))).ok);
    const {iam} = connect(where, drawKey());
    const signal = AbortSignal.timeout(20_000);
    await iam.createUser('admin', signal);
    await iam.putUserPolicy('admin', 'all', ALL, signal);
    const {id, secret} = await iam.createAccessKey('admin', signal);
    return {...connect(where, {accessKeyId: id, secretAccessKey: secret}), stop: processes.stop};
  } catch (error) {
    await processes.stop();
    throw error;
  }
}
