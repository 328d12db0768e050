import {closeSync, openSync, readSync, statSync} from 'node:fs';
import type {Call} from '../support/metacontroller/cluster.ts';
import {METACONTROLLER} from './control-plane/start.ts';

/** What the API server's own log says of Metacontroller's calls since it was last asked, discovery left out. */
export interface Audit {
  readonly read: () => Call[];
}

/** Reads an audit log from where it ends now. */
export function openAudit(path: string): Audit {
  let offset = sizeOf(path);
  let rest = '';
  return {
    read: () => {
      const size = sizeOf(path);
      const bytes = Buffer.alloc(size - offset);
      const file = openSync(path, 'r');
      readSync(file, bytes, 0, bytes.length, offset);
      closeSync(file);
      offset = size;
      const lines = (rest + bytes.toString('utf8')).split('\n');
      rest = lines.pop() as string;
      return lines.map(line => JSON.parse(line) as AuditEvent).flatMap(toCall);
    },
  };
}

/** Calls that change something. */
export function writesOf(calls: readonly Call[]): Call[] {
  return calls.filter(({verb}) => !['get', 'list', 'watch'].includes(verb));
}

/** What RBAC has to allow: `verb group resource`, distinct and sorted. */
export function verbsOf(calls: readonly Call[]): string[] {
  return [
    ...new Set(calls.map(({verb, group, resource}) => `${verb} ${group || 'core'} ${resource}`)),
  ].sort();
}

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly user: {readonly username: string};
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: {readonly code: number; readonly message?: string};
}

function toCall({stage, verb, user, objectRef, responseStatus}: AuditEvent): Call[] {
  // A watch is told at its start; everything else when it is done.
  const isTold = verb === 'watch' ? stage === 'ResponseStarted' : stage === 'ResponseComplete';
  const isRefusedWatch = verb === 'watch' && (responseStatus?.code ?? 200) >= 400;
  if (user.username !== METACONTROLLER || !objectRef || !(isTold || isRefusedWatch)) return [];
  const {resource, subresource, apiGroup = '', namespace, name} = objectRef;
  return [
    {
      verb,
      group: apiGroup,
      resource: subresource ? `${resource}/${subresource}` : resource,
      ...(namespace && {namespace}),
      ...(name && {name}),
      status: responseStatus?.code ?? 200,
      ...(responseStatus?.message && {message: responseStatus.message}),
    },
  ];
}

function sizeOf(path: string): number {
  return statSync(path, {throwIfNoEntry: false})?.size ?? 0;
}
