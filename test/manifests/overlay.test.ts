import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {schemaProblems} from '../../src/kubernetes/schema.ts';
import {describeOverlays, MODES, onlyOf, renderOverlay} from './overlay.ts';

describeOverlays('overlays', () => {
  test.each(['base', 'companion', 'standalone'])('every object of %s fits its schema', overlay => {
    const problems = renderOverlay(overlay).flatMap(object => {
      const name = `${object.kind} ${object.metadata.name}`;
      return (
        schemaProblems(object)?.map(problem => ({name, ...problem})) ?? [{name, message: 'unknown kind'}]
      );
    });
    expect(problems).toEqual([]);
  });

  test('no Secret is shipped', () => {
    const kinds = MODES.flatMap(({mode}) => renderOverlay(mode)).map(({kind}) => kind);
    expect(kinds).not.toContain('Secret');
  });

  test.each(MODES)('the hook of $mode serves no other mode', ({mode}) => {
    expect(podSpecOf(mode).containers[0]?.args).toEqual(['serve', `--mode=${mode}`]);
  });

  describe('the hook', () => {
    test('runs once, never an old one beside a new one', () => {
      expect(onlyOf('Deployment', renderOverlay('base')).spec).toMatchObject({
        replicas: 1,
        strategy: {type: 'Recreate'},
      });
    });

    test('has no token for Kubernetes', () => {
      expect(onlyOf('ServiceAccount', renderOverlay('base')).automountServiceAccountToken).toBe(false);
      expect(podSpecOf('base').automountServiceAccountToken).toBe(false);
    });

    test('meets Pod Security `restricted`, which its namespace enforces', () => {
      const {labels} = onlyOf('Namespace', renderOverlay('base')).metadata;
      expect(labels).toMatchObject({'pod-security.kubernetes.io/enforce': 'restricted'});
      expect(podSpecOf('base').securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: {type: 'RuntimeDefault'},
      });
      for (const container of podSpecOf('base').containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: {drop: ['ALL']},
        });
      }
    });

    test('may be called by Metacontroller alone and calls nobody', () => {
      expect(onlyOf('NetworkPolicy', renderOverlay('base')).spec).toEqual({
        podSelector: {matchLabels: {'app.kubernetes.io/name': 'profile-sync'}},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          {
            from: [
              {
                namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': 'kubeflow'}},
                podSelector: {matchLabels: {app: 'metacontroller'}},
              },
            ],
            ports: [{protocol: 'TCP', port: 8080}],
          },
        ],
        egress: [],
      });
    });
  });
});

/** What is looked at below in a Deployment. */
interface DeploymentSpec {
  readonly template: {
    readonly spec: {
      readonly automountServiceAccountToken: boolean;
      readonly securityContext: JsonObject;
      readonly containers: readonly {readonly args: string[]; readonly securityContext: JsonObject}[];
    };
  };
}

function podSpecOf(overlay: string): DeploymentSpec['template']['spec'] {
  const {spec} = onlyOf('Deployment', renderOverlay(overlay)) as unknown as {spec: DeploymentSpec};
  return spec.template.spec;
}
