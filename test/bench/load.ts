import {type Connection, connect} from './connection.ts';

/** Yields the next request; its bytes are the source's again once the answer is there. */
export type RequestSource = () => Buffer;

/** What one server did under load. */
export interface Measured {
  readonly requests: number;
  readonly seconds: number;
  /** Of each request. */
  readonly milliseconds: readonly number[];
}

/** Whichever is reached first. */
export interface Bounds {
  readonly requests: number;
  readonly seconds: number;
}

/** A kind of request, and how long its answer must be: a server that answers less is not faster. */
export interface Workload {
  readonly createSource: () => RequestSource;
  readonly answerLength: number;
}

/** Open connections to one server, and what to send on each. */
export interface Target {
  readonly connections: readonly Connection[];
  readonly sources: readonly RequestSource[];
  readonly answerLength: number;
}

export async function openTarget(port: number, workload: Workload, count: number): Promise<Target> {
  const {createSource, answerLength} = workload;
  const connections: Connection[] = [];
  while (connections.length < count) connections.push(await connect(port));
  return {connections, sources: connections.map(() => createSource()), answerLength};
}

export function closeTarget({connections}: Target): void {
  for (const connection of connections) connection.close();
}

/** Keeps every connection busy with one request at a time. */
export async function load(target: Target, bounds: Bounds): Promise<Measured> {
  const milliseconds: number[] = [];
  const startedAt = performance.now();
  const deadline = startedAt + bounds.seconds * 1000;
  let left = bounds.requests;
  const work = target.connections.map(async (connection, index) => {
    const next = target.sources[index] as RequestSource;
    while (left > 0 && performance.now() < deadline) {
      left--;
      milliseconds.push(await timeOf(connection, next(), target.answerLength));
    }
  });
  await Promise.all(work);
  return {requests: milliseconds.length, seconds: (performance.now() - startedAt) / 1000, milliseconds};
}

/** Parts of one measurement, taken at different times. */
export function joined(parts: readonly Measured[]): Measured {
  return {
    requests: parts.reduce((sum, {requests}) => sum + requests, 0),
    seconds: parts.reduce((sum, {seconds}) => sum + seconds, 0),
    milliseconds: parts.flatMap(({milliseconds}) => milliseconds),
  };
}

async function timeOf(connection: Connection, request: Buffer, answerLength: number): Promise<number> {
  const sentAt = performance.now();
  const length = await connection.exchange(request);
  const milliseconds = performance.now() - sentAt;
  if (length === answerLength) return milliseconds;
  throw new Error(`cannot measure: an answer has ${length} bytes, not ${answerLength}`);
}
