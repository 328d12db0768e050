import {describe, expect, test} from 'vitest';
import {compilePolicies, type PolicyRequest} from '../../src/credentials/policy-evaluator.ts';

const GET: PolicyRequest = {user: 'alice', action: 's3:GetObject', bucket: 'b', key: 'x/y'};
const LIST: PolicyRequest = {user: 'alice', action: 's3:ListBucket', bucket: 'b', context: {prefix: 'x/'}};
const ALL = {Effect: 'Allow', Action: '*', Resource: '*'};

const policy = (...statements: object[]) => ({Version: '2012-10-17', Statement: statements});

describe('a decision', () => {
  test.each([
    {rule: 'is to deny where there is no policy', documents: [], decision: 'default deny'},
    {
      rule: 'is to deny where no statement matches',
      documents: [policy({...ALL, Action: 's3:PutObject'})],
      decision: 'default deny',
    },
    {
      rule: 'is to allow where one does',
      documents: [policy({...ALL, Action: 's3:PutObject'}, ALL)],
      decision: 'allow',
    },
    {
      rule: 'is to deny where another statement denies',
      documents: [policy(ALL, {...ALL, Effect: 'Deny'})],
      decision: 'explicit deny',
    },
    {
      rule: 'is to deny where another policy denies',
      documents: [policy({...ALL, Effect: 'Deny'}), policy(ALL)],
      decision: 'explicit deny',
    },
    {
      rule: 'leaves out a deny that is about something else',
      documents: [policy(ALL, {...ALL, Effect: 'Deny', Action: 's3:PutObject'})],
      decision: 'allow',
    },
    {rule: 'takes a lone statement', documents: [{Version: '2012-10-17', Statement: ALL}], decision: 'allow'},
  ])('$rule', ({documents, decision}) => {
    expect(compilePolicies(documents)(GET)).toBe(decision);
  });
});

describe('a statement matches', () => {
  test.each<{rule: string; statement: object; request?: PolicyRequest; isAllowed: boolean}>([
    {rule: 'an action in any case', statement: {Action: 'S3:getobject'}, isAllowed: true},
    {rule: 'an action by *', statement: {Action: 's3:Get*'}, isAllowed: true},
    {rule: 'an action by ?', statement: {Action: 's3:?etObject'}, isAllowed: true},
    {rule: 'no action that only begins so', statement: {Action: 's3:GetObj'}, isAllowed: false},
    {rule: 'no action of another service', statement: {Action: 'iam:*'}, isAllowed: false},
    {rule: 'one of several actions', statement: {Action: ['s3:PutObject', 's3:GetObject']}, isAllowed: true},
    {rule: 'a resource across slashes by *', statement: {Resource: 'arn:aws:s3:::b/*'}, isAllowed: true},
    {rule: 'a resource by nothing for *', statement: {Resource: 'arn:aws:s3:::b/x/y*'}, isAllowed: true},
    {rule: 'no resource in another case', statement: {Resource: 'arn:aws:s3:::b/X/y'}, isAllowed: false},
    {
      rule: 'no bucket by its objects',
      statement: {Resource: 'arn:aws:s3:::b/*'},
      request: LIST,
      isAllowed: false,
    },
    {rule: 'no object by its bucket', statement: {Resource: 'arn:aws:s3:::b'}, isAllowed: false},
    {rule: 'a dot as a dot', statement: {Resource: 'arn:aws:s3:::b/x.y'}, isAllowed: false},
    {
      rule: 'brackets as brackets',
      statement: {Resource: 'arn:aws:s3:::b/[a](b)|{c}^+'},
      request: {...GET, key: '[a](b)|{c}^+'},
      isAllowed: true,
    },
    {
      rule: 'a line break in a key by *',
      statement: {Resource: 'arn:aws:s3:::b/x*'},
      request: {...GET, key: 'x\ny'},
      isAllowed: true,
    },
    {
      rule: 'the user by ${aws:username}',
      statement: {Resource: 'arn:aws:s3:::b/${aws:username}/*'},
      request: {...GET, key: 'alice/a'},
      isAllowed: true,
    },
    {
      rule: 'nobody else by ${aws:username}',
      statement: {Resource: 'arn:aws:s3:::b/${aws:username}/*'},
      request: {...GET, key: 'bob/a'},
      isAllowed: false,
    },
    {
      rule: "a * in the user's name as itself",
      statement: {Resource: 'arn:aws:s3:::b/${aws:username}/*'},
      request: {...GET, user: '*', key: 'bob/a'},
      isAllowed: false,
    },
    {
      rule: '${*} as itself',
      statement: {Resource: 'arn:aws:s3:::b/${*}'},
      request: {...GET, key: '*'},
      isAllowed: true,
    },
    {rule: '${*} as nothing else', statement: {Resource: 'arn:aws:s3:::b/${*}'}, isAllowed: false},
  ])('$rule', ({statement, request = GET, isAllowed}) => {
    const decision = compilePolicies([policy({...ALL, ...statement})])(request);
    expect(decision).toBe(isAllowed ? 'allow' : 'default deny');
  });
});

describe('a condition holds', () => {
  test.each<{rule: string; condition: object; context?: PolicyRequest['context']; isAllowed: boolean}>([
    {
      rule: 'where a text is like one of several',
      condition: {StringLike: {'s3:prefix': ['a', 'x/*']}},
      isAllowed: true,
    },
    {
      rule: 'not where it is like none',
      condition: {StringLike: {'s3:prefix': ['a', 'y/*']}},
      isAllowed: false,
    },
    {
      rule: 'not where it is absent',
      condition: {StringLike: {'s3:prefix': '*'}},
      context: {},
      isAllowed: false,
    },
    {
      rule: 'where it is empty, and any will do',
      condition: {StringLike: {'s3:prefix': '*'}},
      context: {prefix: ''},
      isAllowed: true,
    },
    {rule: 'where a text is equal', condition: {StringEquals: {'s3:prefix': 'x/'}}, isAllowed: true},
    {
      rule: 'not where it is only like that',
      condition: {StringEquals: {'s3:prefix': 'x*'}},
      isAllowed: false,
    },
    {
      rule: 'where a text is equal to an empty one',
      condition: {StringEquals: {'s3:prefix': ''}},
      context: {prefix: ''},
      isAllowed: true,
    },
    {rule: 'where a text is not like it', condition: {StringNotLike: {'s3:prefix': 'y/*'}}, isAllowed: true},
    {
      rule: 'not where it is like one of several',
      condition: {StringNotLike: {'s3:prefix': ['y/*', 'x*']}},
      isAllowed: false,
    },
    {
      rule: 'where a text that must not match is absent',
      condition: {StringNotLike: {'s3:prefix': '*'}},
      context: {},
      isAllowed: true,
    },
    {
      rule: 'where nothing is there, and nothing must be',
      condition: {Null: {'s3:prefix': 'true'}},
      context: {},
      isAllowed: true,
    },
    {rule: 'not where something is', condition: {Null: {'s3:prefix': 'true'}}, isAllowed: false},
    {
      rule: 'where something is there, and must be',
      condition: {Null: {'s3:prefix': 'false'}},
      isAllowed: true,
    },
    {
      rule: 'where an empty text is there, and must be',
      condition: {Null: {'s3:prefix': 'false'}},
      context: {prefix: ''},
      isAllowed: true,
    },
    {
      rule: 'by method',
      condition: {StringEquals: {'s3:RequestMethod': 'HEAD'}},
      context: {method: 'HEAD'},
      isAllowed: true,
    },
    {
      rule: 'by delimiter',
      condition: {StringEquals: {'s3:delimiter': '/'}},
      context: {delimiter: '//'},
      isAllowed: false,
    },
    {rule: 'by user', condition: {StringEquals: {'aws:username': '${aws:username}'}}, isAllowed: true},
    {
      rule: 'only where all of its keys and operators do',
      condition: {StringLike: {'s3:prefix': '*', 's3:delimiter': '*'}, Null: {'s3:RequestMethod': 'true'}},
      isAllowed: false,
    },
  ])('$rule', ({condition, context = {prefix: 'x/'}, isAllowed}) => {
    const decision = compilePolicies([policy({...ALL, Condition: condition})])({...LIST, context});
    expect(decision).toBe(isAllowed ? 'allow' : 'default deny');
  });
});

describe('a policy is refused', () => {
  test.each<{wrong: string; document: unknown}>([
    {wrong: 'that is no object', document: 'all'},
    {wrong: 'of an old version', document: {...policy(ALL), Version: '2008-10-17'}},
    {wrong: 'without a version', document: {Statement: ALL}},
    {wrong: 'with an unknown element', document: {...policy(ALL), Extra: 1}},
    {wrong: 'without statements', document: {Version: '2012-10-17'}},
    {wrong: 'with a statement that is a text', document: {Version: '2012-10-17', Statement: ['all']}},
    {wrong: 'with a Principal', document: policy({...ALL, Principal: '*'})},
    {wrong: 'with NotAction', document: policy({Effect: 'Allow', NotAction: 's3:x', Resource: '*'})},
    {wrong: 'with NotResource', document: policy({Effect: 'Allow', Action: '*', NotResource: 'x'})},
    {wrong: 'with another effect', document: policy({...ALL, Effect: 'allow'})},
    {wrong: 'without an action', document: policy({Effect: 'Allow', Resource: '*'})},
    {wrong: 'with no resource at all', document: policy({...ALL, Resource: []})},
    {
      wrong: 'with an unknown operator',
      document: policy({...ALL, Condition: {StringEqualsIfExists: {'s3:prefix': 'x'}}}),
    },
    {
      wrong: 'with an unknown key',
      document: policy({...ALL, Condition: {StringEquals: {'aws:SourceIp': 'x'}}}),
    },
    {
      wrong: 'with a key in another case',
      document: policy({...ALL, Condition: {StringEquals: {'s3:Prefix': 'x'}}}),
    },
    {
      wrong: 'with a condition that is a number',
      document: policy({...ALL, Condition: {StringEquals: {'s3:prefix': 1}}}),
    },
    {
      wrong: 'with a Null of something else',
      document: policy({...ALL, Condition: {Null: {'s3:prefix': 'yes'}}}),
    },
    {
      wrong: 'with an unknown variable',
      document: policy({...ALL, Resource: 'arn:aws:s3:::b/${aws:userid}/*'}),
    },
    {
      wrong: 'with an unknown variable in a condition',
      document: policy({...ALL, Condition: {StringLike: {'s3:prefix': '${s3:prefix}'}}}),
    },
  ])('$wrong', ({document}) => {
    expect(() => compilePolicies([document])).toThrow(/^cannot evaluate policy: /);
  });
});
