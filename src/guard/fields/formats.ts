import {isJsonObject} from '../../kubernetes/object.ts';
import {type Check, type Fault, fault, ofMap} from './check.ts';

/** A text that the API server takes, and how people would describe it. */
export interface Format {
  readonly accepts: (text: string) => boolean;
  /** What follows "must be". Never the text itself: it may be a secret that ended up in the wrong place. */
  readonly description: string;
}

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const NAME_PART = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** Whether a text is a host name of at most 253 characters, without capitals. */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text);
}

function isQualifiedName(text: string): boolean {
  const [name = '', prefix, ...rest] = text.split('/').reverse();
  if (rest.length > 0 || (prefix !== undefined && !isSubdomain(prefix))) return false;
  return name.length <= 63 && NAME_PART.test(name);
}

export const dnsLabel: Format = {
  accepts: matching(new RegExp(`^${LABEL}$`), 63),
  description: 'at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
};
export const dnsSubdomain: Format = {
  accepts: isSubdomain,
  description:
    'at most 253 lower-case letters, digits, "-" and ".", with letters or digits at both ends and beside each "."',
};
export const pathSegment: Format = {
  accepts: text => text !== '' && text !== '.' && text !== '..' && !/[/%]/.test(text),
  description: 'a text without "/" and "%", and neither "." nor ".."',
};
export const labelKey: Format = {
  accepts: isQualifiedName,
  description:
    'a key such as app or example.com/app: at most 63 letters, digits, "-", "_" and ".", behind an optional host name and "/"',
};
/** As of labels, but that capitals may stand in the host name. */
export const annotationKey: Format = {
  ...labelKey,
  accepts: text => isQualifiedName(text.toLowerCase()),
};
export const labelValue: Format = {
  accepts: text => text === '' || (text.length <= 63 && NAME_PART.test(text)),
  description: 'empty, or at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
};
export const dataKey: Format = {
  accepts: text => matching(/^[-._a-zA-Z0-9]+$/, 253)(text) && text !== '.' && !text.startsWith('..'),
  description: 'at most 253 letters, digits, "-", "_" and ".", and neither "." nor begin with ".."',
};
export const environmentName: Format = {
  accepts: matching(/^[\x20-\x3c\x3e-\x7e]+$/, Number.POSITIVE_INFINITY),
  description: 'printable ASCII characters other than "="',
};
export const portName: Format = {
  accepts: text => matching(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 15)(text) && /[a-z]/.test(text),
  description: 'at most 15 lower-case letters, digits and single "-" between them, with at least one letter',
};
export const headerName: Format = {
  accepts: matching(/^[-A-Za-z0-9]+$/, Number.POSITIVE_INFINITY),
  description: 'letters, digits and "-"',
};
export const relativePath: Format = {
  accepts: text => !text.startsWith('/') && !text.split('/').includes('..'),
  description: 'a path that neither begins with "/" nor goes up by ".."',
};
/** Of files that Kubernetes puts into a volume: names with two dots are for its own use. */
export const projectedPath: Format = {
  accepts: text => relativePath.accepts(text) && !text.startsWith('..'),
  description: 'a path that neither begins with "/" or ".." nor goes up by ".."',
};

const POD_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** What a variable can be of the pod itself. */
export const podField: Format = {
  accepts: path => {
    const [, key] = /^metadata\.(?:annotations|labels)\['(.*)'\]$/.exec(path) ?? [];
    return key === undefined ? POD_FIELDS.includes(path) : isQualifiedName(key.toLowerCase());
  },
  description: `a field such as metadata.labels['app'], or one of ${POD_FIELDS.join(', ')}`,
};

/** A text of this format. */
export function text({accepts, description}: Format): Check {
  return value => (typeof value === 'string' && !accepts(value) ? [fault([], `must be ${description}`)] : []);
}

/** As `text`, or the empty text, which the API server takes for a missing one. */
export function optionalText(format: Format): Check {
  return text({...format, accepts: value => value === '' || format.accepts(value)});
}

/** A text with something in it. */
export const someText: Check = value => (value === '' ? [fault([], 'must not be empty')] : []);

/** A map whose keys are of this format. */
export function keys({accepts, description}: Format): Check {
  return ofMap(map =>
    Object.keys(map)
      .filter(key => !accepts(key))
      .map(key => fault([key], `must have another key: ${description}`)),
  );
}

/** A map of labels, as on objects and in selectors. */
export const labels: Check = value => [...keys(labelKey)(value), ...valuesOf(value)];

function valuesOf(value: unknown): Fault[] {
  const check = text(labelValue);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, label]) =>
    check(label).map(({message}) => fault([key], message)),
  );
}

// The length first: a user's text must not keep a regular expression busy.
function matching(pattern: RegExp, maxLength: number): (text: string) => boolean {
  return value => value.length <= maxLength && pattern.test(value);
}
