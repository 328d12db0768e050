import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import {shownWord} from '../../printable.ts';
import type {GuardValues} from '../context.ts';
import {EACH, nearestPath, readField} from './field.ts';
import type {Finding, Path} from './finding.ts';
import type {Pod} from './pod.ts';

type Tokens = GuardValues['tokens'];

const AUTOMOUNT = 'automountServiceAccountToken';
const LIST_ACCOUNT = 'list the ServiceAccount in guards.tokens.serviceAccounts';

/** Refuses tokens of ServiceAccounts in pods, but those that the values list. */
export function checkTokens(pod: Pod, tokens: Tokens): Finding[] {
  const account = accountOf(pod);
  const isListed = tokens.serviceAccounts.includes(account);
  return [
    ...(pod.form === 'pod' ? checkDeprecatedName(pod) : checkAddedAccount(pod, tokens)),
    ...(isListed ? [] : checkAutomount(pod, account)),
    // A PodDefault's volumes reach pods of other ServiceAccounts too.
    ...(isListed && pod.form !== 'PodDefault' ? [] : checkProjected(pod, tokens)),
  ];
}

function accountOf({form, spec}: Pod): string {
  const named = [spec.serviceAccountName, spec.serviceAccount].find(isName);
  return named ?? (form === 'pod' ? 'default' : '');
}

function checkDeprecatedName({spec, path}: Pod): Finding[] {
  const {serviceAccount, serviceAccountName} = spec;
  if (serviceAccount === undefined || serviceAccount === serviceAccountName) return [];
  const reason = 'the pod names another ServiceAccount in the deprecated serviceAccount';
  return [tokenFinding([...path, 'serviceAccount'], reason, 'write serviceAccountName alone')];
}

/** Whoever adds a ServiceAccount to other pods adds what it may do. */
function checkAddedAccount({form, spec, path}: Pod, {serviceAccounts}: Tokens): Finding[] {
  return ['serviceAccountName', 'serviceAccount'].flatMap(field => {
    const name = spec[field] ?? '';
    // In a part, what is no text has another meaning.
    const isAccount = typeof name === 'string' ? name !== '' : form === 'PodDefault';
    if (!isAccount || serviceAccounts.includes(name as string)) return [];
    const reason = `pods get the ServiceAccount ${nameOf(name)}, which is not listed`;
    return [tokenFinding([...path, field], reason, `leave ${field} out, or ${LIST_ACCOUNT}`)];
  });
}

function checkAutomount({form, spec, path}: Pod, account: string): Finding[] {
  const value = spec[AUTOMOUNT] ?? undefined;
  if (value === false || (form !== 'pod' && value === undefined)) return [];
  const reason =
    form === 'pod'
      ? `the pod gets a token of the ServiceAccount ${nameOf(account)}`
      : 'pods get a token of whichever ServiceAccount they have';
  return [
    tokenFinding(
      nearestPath(spec, [AUTOMOUNT], path),
      reason,
      `write ${AUTOMOUNT}: false, or ${LIST_ACCOUNT}`,
    ),
  ];
}

const SOURCE = ['volumes', EACH, 'projected', 'sources', EACH];

function checkProjected({form, spec, path}: Pod, {audiences}: Tokens): Finding[] {
  const tokens = readField(spec, [...SOURCE, 'serviceAccountToken'], path);
  const certificates = readField(spec, [...SOURCE, 'podCertificate'], path);
  return [
    ...tokens.flatMap(reading => {
      if (!reading.isReadable) return form === 'part' ? [] : [unreadable(reading)];
      return reading.value === undefined ? [] : checkAudience(reading.path, reading.value, audiences);
    }),
    ...certificates
      .filter(reading => reading.isReadable && reading.value !== undefined)
      .map(reading =>
        tokenFinding(
          reading.path,
          "a volume has a certificate of the pod's identity",
          `leave it out, or ${LIST_ACCOUNT}`,
        ),
      ),
  ];
}

function checkAudience(path: Path, token: Json, audiences: readonly string[]): Finding[] {
  const audience = isJsonObject(token) ? (token.audience ?? '') : undefined;
  if (typeof audience === 'string' && audiences.includes(audience)) return [];
  if (audience === '')
    return [
      tokenFinding(
        path,
        'a volume has a token for the Kubernetes API',
        `name an audience, or ${LIST_ACCOUNT}`,
      ),
    ];
  const reason = 'a volume has a token for an audience that is not listed';
  const hint = 'use an audience of guards.tokens.audiences, or list this one there';
  return [tokenFinding(audience === undefined ? path : [...path, 'audience'], reason, hint)];
}

function unreadable({path, wanted}: {readonly path: Path; readonly wanted: string}): Finding {
  return tokenFinding(path, `a volume cannot be judged: this is not a ${wanted}`, `write a ${wanted}`);
}

function tokenFinding(path: Path, reason: string, hint: string): Finding {
  return {rule: 'pods/token', path, reason, hint};
}

function isName(name: Json | undefined): name is string {
  return typeof name === 'string' && name !== '';
}

function nameOf(name: Json): string {
  return typeof name === 'string' ? shownWord(name) : 'of no name';
}
