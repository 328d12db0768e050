import {
  CONFIG_MAP,
  DEPLOYMENT,
  NAMESPACE,
  type Objects,
  ROLE_BINDING,
  SECRET,
  SERVICE,
  SERVICE_ACCOUNT,
  VOLUME_CLAIM,
} from './objects.ts';
import {collaborator} from './tenants.ts';

const KINDS = [CONFIG_MAP, DEPLOYMENT, ROLE_BINDING, SECRET, SERVICE, SERVICE_ACCOUNT, VOLUME_CLAIM];

/** What a tenant made himself, or KFAM for him: none of it is anybody's to touch. */
export async function createBelongings({apply, applyAll, merge}: Objects, namespace: string): Promise<void> {
  const metadata = {name: 'own', namespace};
  await apply({...CONFIG_MAP, metadata, data: {notes: 'mine'}});
  await apply({...SECRET, metadata, data: {password: 'bWluZQ=='}});
  await apply({...SERVICE_ACCOUNT, metadata});
  const resources = {requests: {storage: '1Gi'}};
  const claim = await apply({...VOLUME_CLAIM, metadata, spec: {accessModes: ['ReadWriteOnce'], resources}});
  // The controller that takes its finalizer off does not run here.
  await merge(claim, {metadata: {finalizers: null}});
  await applyAll([collaborator(namespace, 'guest@example.com', 'edit')]);
}

/** The uid of everything in a namespace, and of the namespace, by kind and name. */
export async function uidsIn(
  {get, list}: Pick<Objects, 'get' | 'list'>,
  namespace: string,
): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(KINDS.map(kind => list(kind, namespace)));
  const all = [...lists.flat(), {...(await get(NAMESPACE, namespace)), ...NAMESPACE}];
  return new Map(all.map(({kind, metadata: {name, uid = ''}}) => [`${kind} ${name}`, uid]));
}
