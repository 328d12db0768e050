import {isJsonObject, type Json, type JsonObject} from '../kubernetes/object.ts';
import {compileEquals, compileLike, type Pattern, policyTexts} from './policy-pattern.ts';

/** One thing that a user asks of the store, in the words of the policy language. */
export interface PolicyRequest {
  readonly user: string;
  /** As AWS names it, such as `s3:GetObject`. */
  readonly action: string;
  /** Empty for what concerns no bucket. */
  readonly bucket: string;
  readonly key?: string;
  /** What conditions see; a part that the request does not have is left out. */
  readonly context?: {readonly prefix?: string; readonly delimiter?: string; readonly method?: string};
}

/** An explicit deny wins over any allow; what nothing allows is denied by default. */
export type PolicyDecision = 'allow' | 'explicit deny' | 'default deny';

type Predicate = (request: PolicyRequest) => boolean;

/**
 * Compiles a user's policies to what decides each request, after AWS's evaluation logic within one account.
 *
 * Throws on every element, operator and key that it does not know: one that were ignored could turn a condition off.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function compilePolicies(documents: readonly unknown[]): (request: PolicyRequest) => PolicyDecision {
  const statements = documents.flatMap(document => statementsOf(document).map(compileStatement));
  return request => {
    const matching = statements.filter(({matches}) => matches(request));
    if (matching.some(({effect}) => effect === 'Deny')) return 'explicit deny';
    return matching.length > 0 ? 'allow' : 'default deny';
  };
}

function statementsOf(document: unknown): JsonObject[] {
  const {Version, Statement} = closed(document, 'policy', ['Version', 'Id', 'Statement']);
  // The language of 2008 has no variables.
  if (Version !== '2012-10-17') throw new Error(`cannot evaluate policy: Version ${JSON.stringify(Version)}`);
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  return statements.map(statement =>
    closed(statement, 'Statement', ['Sid', 'Effect', 'Action', 'Resource', 'Condition']),
  );
}

function compileStatement({Effect, Action, Resource, Condition = {}}: JsonObject) {
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw new Error(`cannot evaluate policy: Effect ${JSON.stringify(Effect)}`);
  const actions = policyTexts(Action, 'Action').map(action => compileLike(action.toLowerCase()));
  const resources = policyTexts(Resource, 'Resource').map(compileLike);
  const conditions = compileConditions(Condition);
  const matches: Predicate = request =>
    some(actions, request.action.toLowerCase(), request) &&
    some(resources, resourceOf(request), request) &&
    conditions.every(holds => holds(request));
  return {effect: Effect, matches};
}

function resourceOf({action, bucket, key}: PolicyRequest): string {
  const [service] = action.split(':');
  return `arn:aws:${service}:::${bucket}${key === undefined ? '' : `/${key}`}`;
}

type Key = (request: PolicyRequest) => string | undefined;

const KEYS: {readonly [key: string]: Key} = {
  's3:prefix': ({context}) => context?.prefix,
  's3:delimiter': ({context}) => context?.delimiter,
  's3:RequestMethod': ({context}) => context?.method,
  'aws:username': ({user}) => user,
};

// A key that the request lacks fails what must match, and passes what must not.
const OPERATORS: {readonly [operator: string]: (key: Key, expected: readonly string[]) => Predicate} = {
  StringEquals: (key, expected) => compare(key, expected.map(compileEquals), value => value),
  StringLike: (key, expected) => compare(key, expected.map(compileLike), value => value),
  StringNotLike: (key, expected) => compare(key, expected.map(compileLike), value => !value),
  Null: (key, expected) => {
    if (expected.some(text => text !== 'true' && text !== 'false'))
      throw new Error(`cannot evaluate policy: Null takes true or false, not ${expected.join()}`);
    return request => expected.includes(String(key(request) === undefined));
  },
};

function compileConditions(condition: Json): Predicate[] {
  const operators = Object.entries(closed(condition, 'Condition', Object.keys(OPERATORS)));
  return operators.flatMap(([operator, block]) =>
    Object.entries(closed(block, operator, Object.keys(KEYS))).map(([name, expected]) =>
      // Both are there: `closed` has seen to it.
      (OPERATORS[operator] as (typeof OPERATORS)[string])(KEYS[name] as Key, policyTexts(expected, name)),
    ),
  );
}

function compare(key: Key, patterns: readonly Pattern[], accept: (isMatch: boolean) => boolean): Predicate {
  return request => {
    const value = key(request);
    return accept(value !== undefined && some(patterns, value, request));
  };
}

function some(patterns: readonly Pattern[], value: string, {user}: PolicyRequest): boolean {
  return patterns.some(matches => matches(value, user));
}

/** An object with no other keys than these. */
function closed(value: unknown, name: string, keys: readonly string[]): JsonObject {
  if (!isJsonObject(value as Json)) throw new Error(`cannot evaluate policy: ${name} is no object`);
  const unknown = Object.keys(value as JsonObject).find(key => !keys.includes(key));
  if (unknown !== undefined) throw new Error(`cannot evaluate policy: ${name} has ${unknown}`);
  return value as JsonObject;
}
