/** An element as far as the store's answers need it: attributes and mixed content are dropped. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** What stands directly in it, entities decoded. */
  readonly text: string;
}

type Growing = {name: string; children: Growing[]; text: string};

const PROLOG = /^\uFEFF?\s*(?:<\?xml[^<>]*\?>\s*)?/;
const TOKEN = /<(\/?)([A-Za-z_][\w.-]*)(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>|([^<]+)/y;
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g;
const NAMED: {readonly [name: string]: string} = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

/** Far more than any answer nests. */
const MAX_DEPTH = 16;

/**
 * Reads a whole document, or nothing: what is cut off, or not what stores send, is undefined and never an element with
 * less in it. DTDs, processing instructions, comments and CDATA are among what is not read, so no entity expands.
 */
export function parseXml(source: string): XmlElement | undefined {
  const document: Growing = {name: '', children: [], text: ''};
  const open = [document];
  TOKEN.lastIndex = PROLOG.exec(source)?.[0].length ?? 0;
  while (TOKEN.lastIndex < source.length) {
    const token = TOKEN.exec(source);
    if (!token || !takeToken(token, open)) return undefined;
  }
  const [root, surplus] = document.children;
  return open.length === 1 && !surplus && document.text.trim() === '' ? root : undefined;
}

function takeToken([, slash, name, end, text]: RegExpExecArray, open: Growing[]): boolean {
  const parent = open.at(-1) as Growing;
  if (text !== undefined) {
    const decoded = decode(text);
    parent.text += decoded ?? '';
    return decoded !== undefined;
  }
  if (slash) return !end && open.length > 1 && open.pop()?.name === name;
  const element = {name: name as string, children: [], text: ''};
  parent.children.push(element);
  if (!end) open.push(element);
  return open.length <= MAX_DEPTH;
}

function decode(text: string): string | undefined {
  if (text.replaceAll(REFERENCE, '').includes('&')) return undefined;
  try {
    return text.replaceAll(REFERENCE, (_, name, decimal, hex) =>
      name
        ? (NAMED[name] as string)
        : String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
    );
  } catch {
    // No such character.
    return undefined;
  }
}

/** All elements at a path below this one. */
export function elementsAt(element: XmlElement, ...path: readonly string[]): readonly XmlElement[] {
  return path.reduce<readonly XmlElement[]>(
    (found, name) => found.flatMap(({children}) => children.filter(child => child.name === name)),
    [element],
  );
}

/** Text of the only element at a path; undefined where there is none, or more than one. */
export function textAt(element: XmlElement, ...path: readonly string[]): string | undefined {
  const [found, surplus] = elementsAt(element, ...path);
  return surplus ? undefined : found?.text;
}
