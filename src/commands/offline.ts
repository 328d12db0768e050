import {placeholdersOf} from '../credentials/storage.ts';
import {type Problem, RefusedError, RequestError, TemplateError} from '../errors.ts';
import {isReserved} from '../gate.ts';
import type {JsonObject, KubernetesObject} from '../kubernetes/object.ts';
import {readCollaborators} from '../profile/collaborators.ts';
import {entitle} from '../profile/entitlement.ts';
import {parseProfile} from '../profile/profile.ts';
import type {TemplateSet} from '../template/set.ts';
import type {Findings} from './findings.ts';
import type {OfflineProfile} from './profile-file.ts';

/**
 * What would stand in a Profile's namespace once everything is in place, with placeholders for its key.
 *
 * What is wrong with it goes to `findings`; then there are no objects.
 */
export function renderOffline(
  profile: OfflineProfile,
  set: TemplateSet,
  findings: Findings,
): KubernetesObject[] {
  try {
    return render(profile, set, findings);
  } catch (error) {
    findings.errors.push(...problemsOf(error, profile));
    return [];
  }
}

function render(
  {raw, place, namespace, roleBindings}: OfflineProfile,
  set: TemplateSet,
  findings: Findings,
): KubernetesObject[] {
  const declared = parseProfile(raw as JsonObject);
  if (isReserved(declared.name, set.values.base.values)) {
    throw new RefusedError('cannot render Profile: the name is reserved');
  }
  const values = set.values.forProfile(declared);
  const {profile, skipped} = entitle(declared, values.values);
  const sharing = readCollaborators(roleBindings, profile);
  for (const reason of [...skipped, ...sharing.skipped]) {
    findings.warnings.push({...place, message: `Profile ${profile.name}: left out ${reason}`});
  }
  const rendered = set.render({
    profile,
    values,
    collaborators: sharing.collaborators,
    namespaceLabels: namespace?.metadata.labels ?? {},
    credentials: placeholdersOf(values.values.credentials, profile.name),
    sharingEpoch: 0,
  });
  return rendered.map(({object}) => object);
}

// The place of a template's problem is in the template: the Profile that met it is named too.
function problemsOf(error: unknown, {raw, place}: OfflineProfile): Problem[] {
  const of = (message: string) => `Profile ${raw.metadata.name}: ${message}`;
  if (error instanceof TemplateError) {
    return error.problems.map(problem => ({...problem, message: of(problem.message)}));
  }
  if (!(error instanceof RequestError || error instanceof RefusedError)) throw error;
  return [{...place, message: of(error.message)}];
}
