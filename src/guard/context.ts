import type {Mode} from './tenancy.ts';

/** Whose namespace it is, and what the admin's values allow there. */
export interface GuardContext {
  readonly mode: Mode;
  readonly namespace: string;
  readonly owner: {readonly kind: string; readonly name: string; readonly namespace?: string};
  readonly collaborators: readonly {readonly kind: string; readonly name: string}[];
  readonly values: GuardedValues;
}

/** The values that guards read, of this Profile. Described key by key in `templates/values.schema.json`. */
export interface GuardedValues {
  readonly guards: GuardValues;
  readonly namespaces: {readonly [role: string]: string};
  readonly store: {readonly cidrs: readonly string[]};
  readonly apiServer: {readonly cidrs: readonly string[]};
  readonly egressPolicy: {readonly cidrs: readonly string[]};
  readonly plugins: {readonly rolePattern: string};
  readonly credentials: {
    readonly cloud: {readonly awsRole: string; readonly gcpServiceAccount: string};
  };
  readonly istio: {
    readonly userIdHeader: string;
    readonly userIdPrefix: string;
    readonly principals: {
      readonly gateway: string;
      readonly pipelinesUi: string;
      readonly notebookController: string;
    };
  };
}

/** `guards` in the values: what the admin allows beyond what is safe for any cluster. */
export interface GuardValues {
  readonly kinds: readonly string[];
  readonly clusterRoles: readonly string[];
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly secrets: readonly string[];
  readonly podSecurity: 'restricted' | 'baseline';
  readonly tokens: {
    readonly serviceAccounts: readonly string[];
    readonly audiences: readonly string[];
  };
  readonly imageRegistries: readonly string[];
  /** `key=value`. */
  readonly namespaceLabels: readonly string[];
  readonly network: {
    readonly open: boolean;
    readonly unselectedPods: boolean;
    readonly namespaces: readonly string[];
    readonly cidrs: readonly string[];
    readonly principals: readonly string[];
    readonly serviceTypes: readonly string[];
    readonly externalIPs: readonly string[];
  };
  readonly applyStrategy: 'server-side-apply' | 'dynamic-apply';
}
