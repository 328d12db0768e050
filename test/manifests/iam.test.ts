import {randomBytes} from 'node:crypto';
import {basename} from 'node:path';
import {expect, test} from 'vitest';
import {readServeConfig} from '../../src/config.ts';
import {schemaProblems} from '../../src/kubernetes/schema.ts';
import {folderWith} from '../support/command.ts';
import {describeOverlays, MODES, onlyOf, renderOverlay} from './overlay.ts';

describeOverlays('keys in a real store', () => {
  test.each(MODES)('every object fits its schema, and no Secret is shipped ($mode)', ({mode}) => {
    const objects = renderOverlay(`${mode}-iam`);
    expect(objects.flatMap<unknown>(object => schemaProblems(object) ?? [object.kind])).toEqual([]);
    expect(objects.map(({kind}) => kind)).not.toContain('Secret');
  });

  test.each(MODES)('adds one NetworkPolicy to $mode, and changes the hook alone', ({mode}) => {
    const others = (overlay: string) =>
      renderOverlay(overlay).filter(
        ({kind, metadata}) =>
          kind !== 'Deployment' && (kind !== 'NetworkPolicy' || metadata.namespace === 'kubeflow'),
      );
    const added = others(`${mode}-iam`).filter(({kind}) => kind === 'NetworkPolicy');
    expect(added.map(({metadata}) => metadata.name)).toEqual(['profile-sync-to-seaweedfs']);
    expect(others(`${mode}-iam`).filter(object => !added.includes(object))).toEqual(others(mode));
  });

  test.each(MODES)('the settings of $mode are those of CREDENTIALS=iam', ({mode}) => {
    const {env, args} = containerOf(mode);
    const folder = folderWith({
      token: 'token',
      'access-key-id': 'admin',
      'secret-access-key': 'secret\n',
      keys: randomBytes(32).toString('base64'),
      'values.yaml': 'credentials: {clusterId: east}',
    });
    const inFolder = (value: string) => (value.startsWith('/etc/') ? `${folder}/${basename(value)}` : value);
    const environment = Object.fromEntries(env.map(({name, value}) => [name, inFolder(value)]));
    const config = readServeConfig(args.slice(1), environment);
    if (config === 'help') throw new Error('the Deployment asks for help');
    expect(config).toMatchObject({credentials: 'iam', mode});
    expect(config).not.toHaveProperty('memorySeed');
    expect(config.store?.adminKey()).toEqual({accessKeyId: 'admin', secretAccessKey: 'secret'});
    expect(config.store?.iamEndpoint.host).toBe('seaweedfs.kubeflow:8111');
    expect(config.store?.s3Endpoint.host).toBe('seaweedfs.kubeflow:8333');
  });

  test.each(MODES)('every mounted file of $mode has its volume, and none is left over', ({mode}) => {
    const {volumes, volumeMounts} = containerOf(mode);
    const names = ['record-key', 'store', 'token', 'values'];
    expect(volumes.map(({name}) => name).sort()).toEqual(names);
    expect(volumeMounts.map(({name}) => name).sort()).toEqual(names);
  });

  test('two answer, and old ones go when new ones are ready', () => {
    expect(onlyOf('Deployment', renderOverlay('companion-iam')).spec).toMatchObject({
      replicas: 2,
      strategy: {type: 'RollingUpdate', rollingUpdate: {maxUnavailable: 0, maxSurge: 1}},
    });
  });

  test('the hook may call DNS and the store, and the store lets it in to both APIs', () => {
    const policies = renderOverlay('companion-iam').filter(({kind}) => kind === 'NetworkPolicy');
    const find = (name: string) => policies.find(({metadata}) => metadata.name === name) as PolicyObject;
    const [toStore, own] = [find('profile-sync-to-seaweedfs'), find('profile-sync')];
    const ports = [8111, 8333].map(port => ({protocol: 'TCP', port}));
    expect(toStore.spec.ingress.map(rule => rule.ports)).toEqual([ports]);
    expect(own.spec.egress.map(rule => rule.ports)).toEqual([
      ['UDP', 'TCP'].map(protocol => ({protocol, port: 53})),
      ports,
    ]);
    expect(own.spec.ingress).toEqual(
      (onlyOf('NetworkPolicy', renderOverlay('companion')) as PolicyObject).spec.ingress,
    );
  });
});

type Rules = readonly {readonly ports: readonly object[]}[];

type PolicyObject = ReturnType<typeof onlyOf> & {
  readonly spec: {readonly ingress: Rules; readonly egress: Rules};
};

/** What is looked at above in the hook's container and pod. */
interface Container {
  readonly args: string[];
  readonly env: readonly {readonly name: string; readonly value: string}[];
  readonly volumeMounts: readonly {readonly name: string}[];
}

function containerOf(mode: string): Container & {readonly volumes: readonly {readonly name: string}[]} {
  const {spec} = onlyOf('Deployment', renderOverlay(`${mode}-iam`)) as unknown as {
    spec: {template: {spec: {containers: [Container]; volumes: {name: string}[]}}};
  };
  const {containers, volumes} = spec.template.spec;
  return {...containers[0], volumes};
}
