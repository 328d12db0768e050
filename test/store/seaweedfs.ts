import {rmSync} from 'node:fs';
import {freePort} from '../support/port.ts';
import {connect, drawKey, type LiveStore} from './live-store.ts';
import {openProcesses, type Processes} from './process.ts';

const PORTS = [
  ...['master', 'masterGrpc', 'volume', 'volumeGrpc', 'filer', 'filerGrpc', 's3', 's3Grpc', 'iam'],
] as const;

type Ports = {readonly [name in (typeof PORTS)[number]]: number};

/** SeaweedFS with S3 and the separate IAM server, its admin configured as Kubeflow does. `stop` ends both. */
export async function startSeaweedFs(
  weed: string,
  {hasIdentities = true}: {readonly hasIdentities?: boolean} = {},
): Promise<LiveStore> {
  const processes = openProcesses('seaweedfs');
  try {
    const ports = await drawPorts();
    processes.start(weed, serverArguments(processes.folder, ports));
    await processes.until(async () => await answers(ports.s3));
    const adminKey = drawKey();
    if (hasIdentities) await configureAdmin(processes, weed, ports, adminKey);
    // Only now: it reads the identities at its start, and lets everybody in while there are none.
    processes.start(weed, iamArguments(ports));
    await processes.until(async () => await answers(ports.iam));
    const store = connect(
      {iamEndpoint: urlOf(ports.iam), s3Endpoint: urlOf(ports.s3), dialect: 'seaweedfs'},
      adminKey,
    );
    await processes.until(async () => await isWritable(store));
    const stop = async () => {
      await processes.stop();
      removeSockets(ports);
    };
    return {...store, stop};
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

async function drawPorts(): Promise<Ports> {
  const drawn = await Promise.all(PORTS.map(async name => [name, await freePort()]));
  return Object.fromEntries(drawn) as Ports;
}

function urlOf(port: number): URL {
  return new URL(`http://127.0.0.1:${port}`);
}

async function answers(port: number): Promise<boolean> {
  return (await fetch(new URL('/healthz', urlOf(port)))).status === 200;
}

// It leaves these behind, and takes no other place for them.
function removeSockets(ports: Ports): void {
  const names = {
    master: ports.masterGrpc,
    volume: ports.volumeGrpc,
    filer: ports.filerGrpc,
    s3: ports.s3Grpc,
  };
  for (const [name, port] of Object.entries(names))
    rmSync(`/tmp/seaweedfs-${name}-grpc-${port}.sock`, {force: true});
}

// It answers, and refuses writes, before its volume server has joined.
async function isWritable({iam, objects}: Pick<LiveStore, 'iam' | 'objects'>): Promise<boolean> {
  const signal = AbortSignal.timeout(10_000);
  await objects.createBucket('warm-up', signal);
  await objects.putObject('warm-up', 'object', Buffer.from('body'), undefined, signal);
  await iam.listUsers('', signal);
  return true;
}

function serverArguments(folder: string, ports: Ports): string[] {
  return [
    'server',
    `-dir=${folder}`,
    ...['-ip=127.0.0.1', '-ip.bind=127.0.0.1', '-metricsPort=0', '-volume.max=0'],
    // Small volumes: the default reserves gigabytes of a disk that others use.
    '-master.volumeSizeLimitMB=64',
    ...[`-master.port=${ports.master}`, `-master.port.grpc=${ports.masterGrpc}`],
    ...[`-volume.port=${ports.volume}`, `-volume.port.grpc=${ports.volumeGrpc}`],
    ...['-filer', `-filer.port=${ports.filer}`, `-filer.port.grpc=${ports.filerGrpc}`],
    `-filer.localSocket=${folder}/filer.sock`,
    ...['-s3', `-s3.port=${ports.s3}`, `-s3.port.grpc=${ports.s3Grpc}`],
    ...['-s3.port.iceberg=0', '-s3.port.lance=0', `-s3.localSocket=${folder}/s3.sock`],
  ];
}

function iamArguments(ports: Ports): string[] {
  const master = `127.0.0.1:${ports.master}.${ports.masterGrpc}`;
  const filer = `127.0.0.1:${ports.filer}.${ports.filerGrpc}`;
  return ['iam', `-master=${master}`, `-filer=${filer}`, '-ip=127.0.0.1', `-port=${ports.iam}`];
}

async function configureAdmin(
  processes: Processes,
  weed: string,
  ports: Ports,
  {accessKeyId, secretAccessKey}: LiveStore['adminKey'],
): Promise<void> {
  const key = `-access_key ${accessKeyId} -secret_key ${secretAccessKey}`;
  const command = `s3.configure -user kubeflow-admin ${key} -actions Admin,Read,Write,List,Tagging -apply`;
  const shell = ['shell', `-master=127.0.0.1:${ports.master}.${ports.masterGrpc}`];
  // The shell says on standard output alone that it did not work.
  await processes.until(async () =>
    (await processes.run(weed, shell, `${command}\n`)).includes('"kubeflow-admin"'),
  );
}
