import {readXml, type StoreAnswer, type StoreCall, unreadable} from './aws-request.ts';
import {elementsAt, textAt, type XmlElement} from './xml.ts';

/**
 * The keys of one page of ListObjectsV2, and the token of the next. Throws StoreError for a key without the prefix:
 * whoever lists in order to delete would delete somebody else's.
 */
export function readListing(
  call: StoreCall,
  answer: StoreAnswer,
  prefix: string,
): {found: readonly string[]; next?: string} {
  const root = readXml(call, answer, 'ListBucketResult');
  const keys = elementsAt(root, 'Contents').map(contents => readKey(root, contents));
  const isTruncated = textAt(root, 'IsTruncated');
  const next = textAt(root, 'NextContinuationToken');
  const isWhole = isTruncated === 'false' || (isTruncated === 'true' && next);
  if (!isWhole || keys.includes(undefined)) throw unreadable(call, 'is no list');
  if (keys.some(key => !key?.startsWith(prefix))) throw unreadable(call, 'has keys that were not asked for');
  return {found: keys as string[], ...(isTruncated === 'true' && next && {next})};
}

function readKey(root: XmlElement, contents: XmlElement): string | undefined {
  const key = textAt(contents, 'Key');
  if (!key || textAt(root, 'EncodingType') !== 'url') return key || undefined;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
