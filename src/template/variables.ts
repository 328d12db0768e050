import type {Credentials} from '../credentials/provisioner.ts';
import type {JsonObject} from '../kubernetes/object.ts';
import type {Collaborator} from '../profile/collaborators.ts';
import type {Profile} from '../profile/profile.ts';
import {type CelVariables, type Shape, type Shapes, toCel} from './cel.ts';
import type {ProfileValues} from './values.ts';

/** All that one render depends on. */
export interface RenderInput {
  /** With quota and plugins already held to what the values allow. */
  readonly profile: Profile;
  readonly namespaceLabels: {readonly [key: string]: string};
  readonly collaborators: readonly Collaborator[];
  readonly values: ProfileValues;
  readonly credentials: Credentials;
  readonly sharingEpoch: number;
}

const STRINGS: Shape = {map: 'string'};

/** What templates can read, as README lists it. `values` gets its shape from its schema. */
export function variableShapes(values: Shape): Shapes {
  return {
    profile: {
      fields: {
        metadata: {
          fields: {name: 'string', uid: 'string', generation: 'int', labels: STRINGS, annotations: STRINGS},
        },
        spec: {
          fields: {
            owner: {fields: {kind: 'string', name: 'string', apiGroup: 'string', namespace: 'string'}},
            plugins: {list: {fields: {apiVersion: 'string', kind: 'string', spec: {map: 'dyn'}}}},
            resourceQuotaSpec: {
              fields: {hard: {map: 'dyn'}, scopes: {list: 'string'}, scopeSelector: {map: 'dyn'}},
            },
          },
        },
      },
    },
    ns: {fields: {name: 'string', labels: STRINGS}},
    owner: {fields: {kind: 'string', name: 'string'}},
    collaborators: {list: {fields: {kind: 'string', name: 'string', role: 'string'}}},
    values,
    credentials: {
      fields: {
        mode: 'string',
        accessKey: 'string',
        secretKey: 'string',
        generation: 'int',
        secretName: 'string',
        bucket: 'string',
        prefix: 'string',
      },
    },
    sharing: {fields: {epoch: 'int'}},
  };
}

/** The values of those variables for one Profile. */
export function buildVariables(input: RenderInput): CelVariables {
  const {profile, values, credentials} = input;
  const owner = {kind: profile.owner.kind, name: profile.owner.name};
  return {
    profile: toCel(profileVariable(profile)),
    ns: toCel({name: profile.name, labels: {...input.namespaceLabels}}),
    owner: toCel(owner),
    collaborators: toCel(input.collaborators.map(({kind, name, role}) => ({kind, name, role}))),
    values: values.cel,
    credentials: toCel({...credentials}),
    sharing: toCel({epoch: input.sharingEpoch}),
  };
}

// Labels, annotations, plugins and the quota's parts are always there, so that a template need not ask.
function profileVariable({
  name,
  uid,
  generation,
  labels,
  annotations,
  owner,
  plugins,
  quota,
}: Profile): JsonObject {
  return {
    metadata: {name, uid, generation, labels, annotations},
    spec: {
      owner: {
        kind: owner.kind,
        name: owner.name,
        apiGroup: owner.apiGroup ?? '',
        namespace: owner.namespace ?? '',
      },
      plugins: plugins.map(({apiVersion, kind, spec}) => ({apiVersion, kind, spec})),
      resourceQuotaSpec: {hard: quota.hard, scopes: quota.scopes, scopeSelector: quota.scopeSelector},
    },
  };
}
