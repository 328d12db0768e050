import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {loadSet} from '../../src/template/sources.ts';
import {problemsOf} from './support.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/templates/seven-mistakes', import.meta.url));

test('everything wrong in a folder is listed at once, each with its file, place, field, reason and remedy', () => {
  const problems = problemsOf(() => loadSet('companion', {templates: [FOLDER]}));
  expect(problems.map(problem => ({...problem, file: basename(String(problem.file))}))).toEqual([
    {
      file: 'configmap-kfp-launcher.yaml',
      line: 7,
      column: 50,
      message: 'cannot read YAML: bad indentation of a mapping entry',
      hint: 'quote this expression',
    },
    {
      file: 'configmap-metadata-grpc.yaml',
      line: 7,
      column: 55,
      field: 'data.METADATA_GRPC_SERVICE_HOST',
      message: 'cannot compile expression: unknown variable "value"',
      hint: 'did you mean "values"?',
    },
    {
      file: 'configmap-tenant.yaml',
      line: 9,
      column: 23,
      field: 'data.summary',
      message: 'cannot join a map into text',
      hint: 'text takes strings, numbers and booleans: use json(…) or .join(…)',
    },
    {
      file: 'rolebinding-pipelines-owner.yaml',
      line: 13,
      column: 19,
      field: 'subjects[0].name',
      message: 'cannot compile expression: unknown field "nmae" of owner',
      hint: 'did you mean "name"?',
    },
    {
      file: 'serviceaccount-pipelines.yaml',
      line: 7,
      column: 32,
      field: 'metadata.labels.team',
      message: 'cannot compile expression: unknown field "lables" of profile.metadata',
      hint: 'did you mean "labels"?',
    },
    {
      file: 'limitrange-tier.yaml',
      line: 10,
      column: 30,
      field: 'spec.limits[0].default.cpu',
      message: 'cannot evaluate expression: no such key "tier"',
      hint: 'use .?tier.orValue(…), or has(…)',
    },
    {
      file: 'role-viewers.yaml',
      line: 5,
      column: 3,
      field: 'metadata.name',
      message: `cannot render Role: ${join(FOLDER, 'role-kubeflow-view.yaml')} makes another one of the same name`,
      rule: 'tenancy/duplicate',
    },
  ]);
});
