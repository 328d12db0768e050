/** The definition of each kind that `@kubernetes/client-node` knows, by apiVersion and kind. */
export const GENERATED_KINDS = {
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': 'V1ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding': 'V1ValidatingAdmissionPolicyBinding',
  'apiextensions.k8s.io/v1 CustomResourceDefinition': 'V1CustomResourceDefinition',
  'apps/v1 Deployment': 'V1Deployment',
  'networking.k8s.io/v1 NetworkPolicy': 'V1NetworkPolicy',
  'policy/v1 PodDisruptionBudget': 'V1PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1 ClusterRole': 'V1ClusterRole',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': 'V1ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1 Role': 'V1Role',
  'rbac.authorization.k8s.io/v1 RoleBinding': 'V1RoleBinding',
  'v1 ConfigMap': 'V1ConfigMap',
  'v1 LimitRange': 'V1LimitRange',
  'v1 Namespace': 'V1Namespace',
  'v1 PersistentVolumeClaim': 'V1PersistentVolumeClaim',
  'v1 ResourceQuota': 'V1ResourceQuota',
  'v1 Secret': 'V1Secret',
  'v1 Service': 'V1Service',
  'v1 ServiceAccount': 'V1ServiceAccount',
} as const;

/** The definition of each kind whose schema is written by hand, next to this file. */
export const CUSTOM_KINDS = {
  'kubeflow.org/v1 Profile': 'Profile',
  'kubeflow.org/v1alpha1 PodDefault': 'PodDefault',
  'metacontroller.k8s.io/v1alpha1 CompositeController': 'CompositeController',
  'metacontroller.k8s.io/v1alpha1 DecoratorController': 'DecoratorController',
  'security.istio.io/v1 AuthorizationPolicy': 'AuthorizationPolicy',
} as const;
