import {createHash} from 'node:crypto';
import {POLICY_DIALECTS, type PolicyDialect, type PolicyDialectName} from './policy-dialects.ts';

/** The name of the one inline policy of a tenant's user. */
export const POLICY_NAME = 'profile-sync';

/** An IAM policy as buildTenantPolicy writes it: it only allows, for SeaweedFS takes no Deny. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: {readonly [operator: string]: {readonly [key: string]: readonly string[]}};
}

/** What a tenant may do beside working with its own objects: `credentials.policy` of the values. */
export interface PolicyOptions {
  /** Ask whether the bucket is there, as KServe does; left out where the store cannot tell it from a list. */
  readonly headBucket: boolean;
  /** List the names at the bucket's top level, as KFP's UI does. */
  readonly topLevel: boolean;
  /** What every tenant may read, ending in a slash; empty for nothing. */
  readonly sharedPrefix: string;
}

export interface TenantPolicy {
  readonly bucket: string;
  /** With the namespace's name filled in, each ending in a slash. */
  readonly prefixes: readonly string[];
  readonly dialect: PolicyDialectName;
  readonly options: PolicyOptions;
}

/**
 * The least that a tenant's user needs: its own objects, and lists of them.
 *
 * Throws on a name that the policy language would read as a pattern: no values that were checked have one.
 */
export function buildTenantPolicy({bucket, prefixes, dialect, options}: TenantPolicy): PolicyDocument {
  const known = POLICY_DIALECTS[dialect];
  const shared = options.sharedPrefix === '' ? [] : [options.sharedPrefix];
  const listed = [...prefixes, ...shared];
  for (const name of [bucket, ...listed]) refusePattern(name);
  for (const prefix of listed) refuseOpenEnd(prefix);

  const onObjects = (sid: string, actions: readonly string[], of: readonly string[]) =>
    allow(sid, actions, of.map(objectsIn(bucket)), known.objectCondition);
  const list = (sid: string, condition: PolicyStatement['Condition']) =>
    allow(sid, ['s3:ListBucket'], [bucketArn(bucket)], condition);
  return {
    Version: '2012-10-17',
    Statement: [
      onObjects('OwnObjects', known.objectActions, prefixes),
      ...(shared.length > 0 ? [onObjects('SharedObjects', ['s3:GetObject'], shared)] : []),
      list('Lists', {StringLike: {'s3:prefix': listed.map(prefix => `${prefix}*`)}}),
      ...(options.headBucket && known.methodKey
        ? [list('HeadBucket', {StringEquals: {[known.methodKey]: ['HEAD']}})]
        : []),
      ...(options.topLevel ? topLevelConditions(known).map(([sid, condition]) => list(sid, condition)) : []),
    ],
  };
}

/** A fingerprint of what a policy says, whatever the order of its keys: the store's own copy comes back rewritten. */
export function policyHash(document: PolicyDocument): string {
  return createHash('sha256').update(JSON.stringify(document, sortKeys)).digest('hex');
}

// The delimiter makes the difference: with it a list shows the names up to the first slash and no key below.
function topLevelConditions({keepsEmptyPrefix}: PolicyDialect): [string, PolicyStatement['Condition']][] {
  const delimiter = {'s3:delimiter': ['/']};
  const withoutPrefix = {Null: {'s3:prefix': ['true']}, StringEquals: delimiter};
  const withEmptyPrefix = {StringEquals: {'s3:prefix': [''], ...delimiter}};
  return [
    ['TopLevel', withoutPrefix],
    ...(keepsEmptyPrefix
      ? [['TopLevelEmptyPrefix', withEmptyPrefix] as [string, typeof withEmptyPrefix]]
      : []),
  ];
}

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: PolicyStatement['Condition'],
): PolicyStatement {
  return {Sid, Effect: 'Allow', Action, Resource, ...(Condition && {Condition})};
}

function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

function objectsIn(bucket: string): (prefix: string) => string {
  return prefix => `${bucketArn(bucket)}/${prefix}*`;
}

function refusePattern(name: string): void {
  if (/[*?$]/.test(name)) throw new Error(`cannot build policy: ${name} is a pattern`);
}

// Without the slash a prefix reaches into the names that continue it: alice's into alice-2's.
function refuseOpenEnd(prefix: string): void {
  if (!prefix.endsWith('/') || prefix === '/')
    throw new Error(`cannot build policy: ${prefix} does not end in a slash`);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
