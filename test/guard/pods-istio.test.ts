import {describe, expect, test} from 'vitest';
import {refusals} from './pod-objects.ts';

/** A Deployment's pod template that is fine but for its annotations. */
const deployment = (annotations: {[key: string]: string}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name: 'web', namespace: 'alice'},
  spec: {
    selector: {matchLabels: {app: 'web'}},
    template: {
      metadata: {labels: {app: 'web'}, annotations},
      spec: {
        automountServiceAccountToken: false,
        securityContext: {runAsNonRoot: true, seccompProfile: {type: 'RuntimeDefault'}},
        containers: [
          {
            name: 'web',
            image: 'web',
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}},
          },
        ],
      },
    },
  },
});

describe("a pod template's annotations for Istio", () => {
  test.each([
    ['sidecar.istio.io/userVolume', '{"v":{"host\\u0050ath":{"path":"/"}}}'],
    ['sidecar.istio.io/userVolumeMount', '[]'],
    ['sidecar.istio.io/proxyImage', 'evil'],
    ['sidecar.istio.io/inject', 'false'],
    ['sidecar.istio.io/proxyCPU', '{"a":1}'],
    ['inject.istio.io/templates', 'custom'],
    ['traffic.sidecar.istio.io/excludeInboundPorts', '3000'],
  ])('are refused as %s: %s', (key, value) => {
    const found = refusals(deployment({[key]: value}));
    expect(JSON.stringify(found)).toContain('an annotation by which Istio changes the pod');
  });

  test.each([
    ['sidecar.istio.io/inject', 'true'],
    ['sidecar.istio.io/proxyCPU', '100m'],
    ['sidecar.istio.io/proxyCPULimit', '1'],
    ['sidecar.istio.io/proxyMemory', '64Mi'],
    ['sidecar.istio.io/proxyMemoryLimit', '1Gi'],
    ['sidecar.istio.io/logLevel', 'warning'],
    ['example.com/sidecar.istio.io', 'x'],
    ['notsidecar.istio.io/x', 'x'],
  ])('may be %s: %s', (key, value) => {
    expect(refusals(deployment({[key]: value}))).toEqual([]);
  });
});
