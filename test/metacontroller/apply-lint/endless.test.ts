import {describe, expect, test} from 'vitest';
import {BUILDERS} from '../apply-rows.ts';
import {type Case, OR_SERVER_SIDE, verdict} from '../apply-verdict.ts';

const {binding, claim, configMap, container, deployment, pods, policy, podDefault, role, serviceAccount} =
  BUILDERS;
const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;
const user = (name: string) => ({kind: 'User', name});

const DROPS = 'and dynamic-apply would write it again in every sync';

describe('dynamic-apply would write in every sync', () => {
  test.each<Case>([
    {
      object: container({args: []}),
      path: `${CONTAINER}.args`,
      message: `cannot render Deployment: the API server drops an empty list here, ${DROPS}`,
      hint: `leave args out${OR_SERVER_SIDE}`,
    },
    {
      object: pods({nodeSelector: {}}),
      path: `${POD}.nodeSelector`,
      message: `cannot render Deployment: the API server drops an empty map here, ${DROPS}`,
      hint: `leave nodeSelector out${OR_SERVER_SIDE}`,
    },
    {
      object: container({env: [{name: 'A', value: ''}]}),
      path: `${CONTAINER}.env.0.value`,
      message: `cannot render Deployment: the API server drops an empty text here, ${DROPS}`,
      hint: `leave value out${OR_SERVER_SIDE}`,
    },
    {
      object: pods({hostNetwork: false}),
      path: `${POD}.hostNetwork`,
      message: `cannot render Deployment: the API server drops false here, ${DROPS}`,
      hint: `leave hostNetwork out${OR_SERVER_SIDE}`,
    },
    {
      object: deployment({minReadySeconds: 0}),
      path: 'spec.minReadySeconds',
      message: `cannot render Deployment: the API server drops 0 here, ${DROPS}`,
      hint: `leave minReadySeconds out${OR_SERVER_SIDE}`,
    },
    {
      object: {...binding([user('a')]), roleRef: {apiGroup: '', kind: 'Role', name: 'a'}},
      path: 'roleRef.apiGroup',
      message: `cannot render RoleBinding: the API server drops an empty text here, ${DROPS}`,
      hint: `leave apiGroup out${OR_SERVER_SIDE}`,
    },
    {
      object: {...podDefault({}), metadata: {labels: {}}},
      path: 'metadata.labels',
      message: `cannot render PodDefault: the API server drops an empty map here, ${DROPS}`,
      hint: `leave labels out${OR_SERVER_SIDE}`,
    },
    {
      object: configMap({binaryData: {a: 'QQ==', b: 'QR=='}}),
      path: 'binaryData.b',
      message: `cannot render ConfigMap: the API server writes this in another way, ${DROPS}`,
      hint: `write base64 as an encoder writes it${OR_SERVER_SIDE}`,
    },
    ...['1024Mi', '100u', '100n', 1].map(amount => ({
      object: claim({resources: {requests: {storage: amount}}}),
      path: 'spec.resources.requests.storage',
      message: `cannot render PersistentVolumeClaim: the API server writes this in another way, ${DROPS}`,
      hint: `write the quantity as Kubernetes does, such as 1Gi for 1024Mi${OR_SERVER_SIDE}`,
    })),
    {
      object: pods({serviceAccount: 'a', serviceAccountName: 'b'}),
      path: `${POD}.serviceAccount`,
      message: `cannot render Deployment: the API server drops serviceAccount beside another serviceAccountName, ${DROPS}`,
      hint: `leave serviceAccount out${OR_SERVER_SIDE}`,
    },
    {
      object: serviceAccount({secrets: [{name: 'a', namespace: 'b'}]}),
      path: 'secrets.0.namespace',
      message: `cannot render ServiceAccount: the API server drops all but a Secret's name, ${DROPS}`,
      hint: `leave namespace out${OR_SERVER_SIDE}`,
    },
    {
      object: {
        ...pods({}),
        metadata: {annotations: {'deployment.kubernetes.io/revision': '1'}},
      },
      path: 'metadata.annotations.deployment.kubernetes.io/revision',
      message: `cannot render Deployment: Kubernetes' deployment controller writes deployment.kubernetes.io/revision, ${DROPS}`,
      hint: `leave it out${OR_SERVER_SIDE}`,
    },
    {
      object: {apiVersion: 'v1', kind: 'Namespace', metadata: {labels: {'kubernetes.io/metadata.name': 'b'}}},
      path: 'metadata.labels.kubernetes.io/metadata.name',
      message: `cannot render Namespace: the API server writes kubernetes.io/metadata.name, ${DROPS}`,
      hint: `leave it out${OR_SERVER_SIDE}`,
    },
  ])('$path: $message', ({object, ...expected}) => {
    expect(verdict(object, 'dynamic-apply')).toEqual([{rule: 'apply/endless', ...expected}]);
  });

  test.each([
    {object: policy({ingress: []}), path: 'spec.ingress', name: 'ingress'},
    {object: policy({egress: []}), path: 'spec.egress', name: 'egress'},
    {object: role([]), path: 'rules', name: 'rules'},
    {object: binding([]), path: 'subjects', name: 'subjects'},
  ])('$name, which is sent empty though a template leaves it out', ({object, path, name}) => {
    expect(verdict(object, 'dynamic-apply')).toEqual([
      {
        rule: 'apply/endless',
        path,
        message: `cannot render ${object.kind}: ${name} is sent empty, so that nobody adds to it, and dynamic-apply would do so in every sync`,
        hint: 'set guards.applyStrategy: server-side-apply',
      },
    ]);
  });
});
