/** Where the guards say other than the API server, by kind and case, and why that is meant. */
export const DISAGREEMENTS: {readonly [kind: string]: {readonly [line: string]: string}} = {
  'cron-job': {
    "refused here alone: a job's label has a space":
      "every Job of it would be refused, in the tenant's namespace",
    'refused there alone: its schedule is at hour 25':
      'what numbers mean in a schedule Kubernetes alone reads',
    'refused there alone: its time zone is unknown': "the API server's own list of time zones decides",
  },
  'endpoint-slice': {
    'refused there alone: an address is of another type': 'a kind that only admins allow, seldom by hand',
  },
  endpoints: {
    'refused there alone: an address is a name': 'a deprecated kind that only admins allow',
    'refused there alone: an address is of this machine': 'a deprecated kind that only admins allow',
    'refused there alone: two ports have no names': 'a deprecated kind that only admins allow',
  },
  'limit-range': {
    'refused here alone: limits are missing': "the field is required in Kubernetes' own description",
    'refused there alone: a ratio is above max by min': 'arithmetic that hardly any template does',
  },
  pod: {
    'refused there alone: a hook sleeps longer than the grace period':
      'hangs on what the API server fills in',
    'refused there alone: huge pages alone': 'only clusters with such nodes know them',
    'refused there alone: two hostPorts are the same': 'pods/security refuses all hostPorts',
  },
  'pod-default': {
    'refused here alone: a value has no name': "the tests' own definition is looser than Kubeflow's",
    'refused here alone: a value is a number': "the tests' own definition is looser than Kubeflow's",
  },
  secret: {
    'refused here alone: a value has a line break': 'it would be read back without, and so written for ever',
    "refused there alone: a registry's key is no JSON": 'secrets/type refuses the type itself',
    "refused there alone: a token's type names no ServiceAccount": 'secrets/type refuses the type itself',
    'refused there alone: the type basic-auth has no key': 'secrets/type refuses the type itself',
  },
};
