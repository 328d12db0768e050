import {describe, expect, test} from 'vitest';
import {imageName, isFrom} from '../../src/guard/pods/image-name.ts';
import {checkPods} from '../../src/guard/pods.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {container, objectOf, ownContainer, pod, podDefault, podSpec, refusals} from './pod-objects.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('the name of an image', () => {
  test.each([
    {image: 'nginx', name: 'docker.io/library/nginx'},
    {image: 'nginx:1.27', name: 'docker.io/library/nginx'},
    {image: `nginx@${DIGEST}`, name: 'docker.io/library/nginx'},
    {image: `nginx:1.27@${DIGEST}`, name: 'docker.io/library/nginx'},
    {image: 'docker.io/nginx', name: 'docker.io/library/nginx'},
    {image: 'index.docker.io/nginx', name: 'docker.io/library/nginx'},
    {image: 'bitnami/nginx', name: 'docker.io/bitnami/nginx'},
    {image: 'docker.io/bitnami/nginx', name: 'docker.io/bitnami/nginx'},
    {image: 'foo_bar/nginx', name: 'docker.io/foo_bar/nginx'},
    {image: 'ghcr.io/kubeflow/a-b__c.d:V_1.2-3', name: 'ghcr.io/kubeflow/a-b__c.d'},
    {image: 'ghcr.io/a', name: 'ghcr.io/a'},
    {image: 'localhost/a', name: 'localhost/a'},
    {image: 'localhost:5000/a:1', name: 'localhost:5000/a'},
    {image: 'registry:5000/a/b/c', name: 'registry:5000/a/b/c'},
    {image: `a/${'b'.repeat(200)}`, name: `docker.io/a/${'b'.repeat(200)}`},
  ])('$image is $name', ({image, name}) => {
    expect(imageName(image)).toBe(name);
  });

  test.each([
    '',
    ' nginx',
    'nginx ',
    'nginx\n',
    'Nginx',
    'ghcr.io/Kubeflow/a',
    'GHCR.io/kubeflow/a',
    'ghcr.io/',
    'ghcr.io//a',
    'ghcr.io/a/',
    '/a',
    'ghcr.io',
    'ghcr.io/../a',
    'ghcr.io/kubeflow/../evil/a',
    'ghcr.io/kubeflow@evil',
    'ghcr.io/kubeflow@evil.io/a',
    'user@ghcr.io/kubeflow/a',
    'ghcr.io:abc/a',
    'https://ghcr.io/a',
    'ghcr.io/a:',
    'ghcr.io/a:-1',
    `ghcr.io/a:${'b'.repeat(129)}`,
    'ghcr.io/a@sha256:abc',
    'ghcr.io/a:1:2',
    '[::1]:5000/a',
    '-a.io/b',
    'a/-b',
    'a/b___c',
    '${image}',
    `a/${'b'.repeat(600)}`,
  ])('is unreadable: %j', image => {
    expect(imageName(image)).toBeUndefined();
  });

  test('is found in no time in long words', () => {
    const start = performance.now();
    for (const part of ['a', '@a', ':a', 'a/', 'a.', 'a-', '@a-a']) imageName(part.repeat(100_000));
    for (const part of ['a', '@a', ':a', 'a/', 'a.', 'a-', '@a-a']) imageName(part.repeat(128));
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('an image is from a registry', () => {
  test.each([
    {name: 'ghcr.io/kubeflow/a', registry: 'ghcr.io/kubeflow', is: true},
    {name: 'ghcr.io/kubeflow/a/b', registry: 'ghcr.io/kubeflow', is: true},
    {name: 'ghcr.io/kubeflow/a', registry: 'ghcr.io', is: true},
    {name: 'ghcr.io/kubeflow/a', registry: 'ghcr.io/kubeflow/a', is: true},
    {name: 'ghcr.io/kubeflow-evil/a', registry: 'ghcr.io/kubeflow', is: false},
    {name: 'ghcr.io/kubeflow', registry: 'ghcr.io/kubeflow/a', is: false},
    {name: 'ghcr.io.evil.com/kubeflow/a', registry: 'ghcr.io', is: false},
    {name: 'evil.com/ghcr.io/kubeflow/a', registry: 'ghcr.io', is: false},
    {name: 'ghcr.io:443/kubeflow/a', registry: 'ghcr.io', is: false},
    {name: 'docker.io/library/nginx', registry: 'docker.io', is: true},
    {name: 'docker.io/library/nginx', registry: 'index.docker.io', is: true},
    {name: 'docker.io/library/nginx', registry: 'docker.io/library', is: true},
    {name: 'docker.io/bitnami/nginx', registry: 'bitnami', is: true},
    {name: 'docker.io/library/nginx', registry: 'nginx', is: false},
    {name: 'localhost/a', registry: 'localhost', is: true},
    {name: 'registry:5000/a', registry: 'registry:5000', is: true},
  ])('$name of $registry: $is', ({name, registry, is}) => {
    expect(isFrom(name, registry)).toBe(is);
  });
});

describe('images are held to the listed registries', () => {
  const REGISTRIES = {imageRegistries: ['ghcr.io/kubeflow', 'docker.io/library']};
  const evil = 'ghcr.io/kubeflow-evil/x:1';
  const says = (path: string, kind: string) =>
    `${path}: cannot render ${kind}: the image ${evil} is not from a listed registry`;
  const bad = (fields: JsonObject = {}) => ({...ownContainer(fields), image: evil});

  test.each<{what: string; object: JsonObject; path: string; kind?: string}>([
    {
      what: 'a container',
      object: pod(podSpec({containers: [container(), bad()]})),
      path: 'spec.containers[1].image',
    },
    {
      what: 'an init container',
      object: pod(podSpec({initContainers: [bad()]})),
      path: 'spec.initContainers[0].image',
    },
    {
      what: 'an ephemeral container',
      object: pod(podSpec({ephemeralContainers: [bad()]})),
      path: 'spec.ephemeralContainers[0].image',
    },
    {
      what: 'a volume',
      object: pod(podSpec({volumes: [{name: 'a', image: {reference: evil}}]})),
      path: 'spec.volumes[0].image.reference',
    },
    {
      what: 'a sidecar',
      object: podDefault({sidecars: [bad()]}),
      path: 'spec.sidecars[0].image',
      kind: 'PodDefault',
    },
    {
      what: 'a custom resource',
      object: objectOf('example.com/v1', 'Custom', {driver: {image: evil}}),
      path: 'spec.driver.image',
      kind: 'Custom',
    },
    {
      what: 'a custom resource by another name',
      object: objectOf('example.com/v1', 'Custom', {initImage: evil}),
      path: 'spec.initImage',
      kind: 'Custom',
    },
    {
      what: 'an annotation',
      object: pod(podSpec(), {'example.com/proxyImage': evil}),
      path: 'metadata.annotations["example.com/proxyImage"]',
    },
  ])('of $what', ({object, path, kind = 'Pod'}) => {
    expect(refusals(object, REGISTRIES)).toEqual([says(path, kind)]);
    expect(refusals(object, {imageRegistries: ['ghcr.io']})).toEqual([]);
    expect(refusals(object)).toEqual([]);
  });

  test.each(['nginx', 'docker.io/nginx:1', 'ghcr.io/kubeflow/a:1', `ghcr.io/kubeflow/a@${DIGEST}`])(
    '%s passes',
    image => {
      expect(refusals(pod(podSpec({containers: [container({}, {image})]})), REGISTRIES)).toEqual([]);
    },
  );

  test.each<{what: string; image: Json; says: string}>([
    {what: 'upper case', image: 'ghcr.io/Kubeflow/a', says: 'the image ghcr.io/Kubeflow/a cannot be read'},
    {what: 'a space', image: 'ghcr.io/kubeflow/a b', says: 'the image ghcr.io/kubeflow/a b cannot be read'},
    {
      what: 'another line',
      image: 'ghcr.io/kubeflow/a\nb',
      says: 'the image ghcr.io/kubeflow/a?b cannot be read',
    },
    {what: 'nothing', image: '', says: 'the image  cannot be read'},
    {what: 'a number', image: 1, says: 'an image cannot be read'},
    {what: 'a map', image: {repository: 'ghcr.io/kubeflow/a'}, says: 'an image cannot be read'},
    {what: 'a reference that is no text', image: {reference: 1}, says: 'an image cannot be read'},
    {
      what: 'more than fits a line',
      image: `A${'b'.repeat(200)}`,
      says: `the image A${'b'.repeat(119)} cannot be read`,
    },
  ])('and refused if unreadable: $what', ({image, says: reason}) => {
    const object = pod(podSpec({containers: [container({}, {image})]}));
    expect(refusals(object, REGISTRIES)).toEqual([`spec.containers[0].image: cannot render Pod: ${reason}`]);
    expect(refusals(object)).toEqual([]);
  });

  test.each<{what: string; object: JsonObject}>([
    {what: "Ceph's disk", object: pod(podSpec({volumes: [{name: 'a', rbd: {image: 'A', monitors: []}}]}))},
    {what: 'a label', object: objectOf('example.com/v1', 'Custom', {labels: {image: 'A'}})},
    {
      what: 'a flag',
      object: objectOf('example.com/v1', 'Custom', {
        allowCustomImage: true,
        Image: 'A',
        imagePullPolicy: 'Always',
        ownImageName: 'A',
      }),
    },
  ])('but $what is none', ({object}) => {
    expect(refusals(object, {...REGISTRIES, podSecurity: 'baseline'})).toEqual([]);
  });

  test('with a hint', () => {
    const [violation] = checkPods(
      pod(podSpec({containers: [bad()]})) as KubernetesObject,
      guardContext({guards: REGISTRIES}),
    );
    expect(violation).toMatchObject({
      rule: 'pods/image',
      hint: 'use an image of ghcr.io/kubeflow, or list its registry in guards.imageRegistries',
    });
  });
});
