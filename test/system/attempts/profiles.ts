import type {JsonObject, KubernetesObject} from '../../../src/kubernetes/object.ts';
import {PROFILE} from '../objects.ts';
import {type Attempt, apply, call, create, objectNamed, remove, update, withMetadata} from './attempt.ts';

/** What would change a Profile beyond its status and Metacontroller's own finalizer. */
export const PROFILE_ATTEMPTS: readonly Attempt[] = [
  ...changes().map(({what, change}) => ({
    what: `of a Profile, ${what}`,
    request: ({alice}: {alice: KubernetesObject}) => update(change(alice)),
  })),
  {
    what: 'applies a Profile',
    request: () => apply(objectNamed(PROFILE, 'mallory', undefined, {spec: ownedBy('mallory')})),
  },
  {
    what: 'creates a Profile',
    request: () => create(objectNamed(PROFILE, 'mallory', undefined, {spec: ownedBy('mallory')})),
  },
  {what: 'deletes a Profile', request: ({alice}) => remove(alice)},
  {what: 'deletes all Profiles', request: () => call('DELETE', PROFILE.apiVersion, 'profiles')},
];

function changes(): {what: string; change: (profile: KubernetesObject) => KubernetesObject}[] {
  const finalizersOf = ({metadata}: KubernetesObject) => metadata.finalizers as string[];
  return [
    {what: 'changes the owner', change: profile => ({...profile, spec: ownedBy('mallory@example.com')})},
    {
      what: 'changes the quota',
      change: profile => ({...profile, spec: {...(profile.spec as JsonObject), resourceQuotaSpec: {}}}),
    },
    {what: 'changes the labels', change: profile => withMetadata(profile, {labels: {team: 'theirs'}})},
    {what: 'changes the annotations', change: profile => withMetadata(profile, {annotations: {a: 'b'}})},
    {
      what: 'changes the owner references',
      change: profile =>
        withMetadata(profile, {
          ownerReferences: [{apiVersion: 'v1', kind: 'Namespace', name: 'elsewhere', uid: 'a-uid'}],
        }),
    },
    {
      what: "removes somebody else's finalizer",
      change: profile =>
        withMetadata(profile, {finalizers: finalizersOf(profile).filter(name => name !== OTHERS_FINALIZER)}),
    },
    {
      what: "adds somebody else's finalizer",
      change: profile => withMetadata(profile, {finalizers: [...finalizersOf(profile), 'theirs.io/hold']}),
    },
  ];
}

/** Kubeflow's profile-controller puts it there. */
export const OTHERS_FINALIZER = 'profile-finalizer';

function ownedBy(name: string): JsonObject {
  return {owner: {kind: 'User', name}};
}
