import {describe, expect, test} from 'vitest';
import {
  formatResource,
  groupOf,
  isKnownResource,
  parseResource,
  resourceOf,
} from '../../src/kubernetes/resource.ts';

describe('a resource as people write it', () => {
  test.each([
    {text: 'pods', group: '', resource: 'pods'},
    {text: 'pods/log', group: '', resource: 'pods', subresource: 'log'},
    {text: 'deployments', group: 'apps', resource: 'deployments'},
    {text: 'deployments/scale', group: 'apps', resource: 'deployments', subresource: 'scale'},
    {text: 'roles', group: 'rbac.authorization.k8s.io', resource: 'roles'},
    {text: 'networkpolicies', group: 'networking.k8s.io', resource: 'networkpolicies'},
    {text: 'jobs', group: 'batch', resource: 'jobs'},
    {text: 'poddefaults', group: 'kubeflow.org', resource: 'poddefaults'},
    {text: 'jobs.pipelines.kubeflow.org', group: 'pipelines.kubeflow.org', resource: 'jobs'},
    {
      text: 'pipelines.pipelines.kubeflow.org/versions',
      group: 'pipelines.kubeflow.org',
      resource: 'pipelines',
      subresource: 'versions',
    },
    {text: 'deployments.v1.apps', group: 'apps', resource: 'deployments'},
    {text: 'poddefaults.v1alpha1.kubeflow.org', group: 'kubeflow.org', resource: 'poddefaults'},
    {text: 'widgets', group: '', resource: 'widgets'},
    {text: 'constructor', group: '', resource: 'constructor'},
    {text: '*', group: '', resource: '*'},
    {text: '*/log', group: '', resource: '*', subresource: 'log'},
    {text: '*.apps', group: 'apps', resource: '*'},
  ])('$text', ({text, ...parsed}) => {
    expect(parseResource(text)).toEqual(parsed);
  });

  test.each([
    '',
    'pods.',
    '.apps',
    'pods/',
    '/log',
    'pods/log/more',
    'a b',
    '/healthz',
    'pods//log',
    'po*',
    'p..x',
  ])('"%s" is none', text => {
    expect(parseResource(text)).toBeUndefined();
  });

  test('is written as it is read', () => {
    for (const text of ['pods/log', 'jobs.batch', 'pipelines.pipelines.kubeflow.org/versions', '*']) {
      expect(formatResource(parseResource(text) as never)).toBe(text);
    }
  });
});

test('a resource is known in its own group alone', () => {
  expect(isKnownResource({group: 'apps', resource: 'deployments'})).toBe(true);
  expect(isKnownResource({group: '', resource: 'deployments'})).toBe(false);
  expect(isKnownResource({group: '', resource: 'widgets'})).toBe(false);
});

test('the resource of a kind is never guessed', () => {
  expect(resourceOf({kind: 'Role', apiVersion: 'rbac.authorization.k8s.io/v1'})).toEqual({
    group: 'rbac.authorization.k8s.io',
    resource: 'roles',
  });
  const widget = {kind: 'Widget', apiVersion: 'example.org/v1'};
  expect(resourceOf(widget)).toBeUndefined();
  expect(resourceOf(widget, {'Widget.example.org/v1': 'widgets'})).toEqual({
    group: 'example.org',
    resource: 'widgets',
  });
});

test('the group of an apiVersion is empty for the core group', () => {
  expect(['v1', 'apps/v1'].map(groupOf)).toEqual(['', 'apps']);
});
