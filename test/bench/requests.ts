import {encodeRequest} from './connection.ts';
import type {RequestSource} from './load.ts';
import {REVISION, TENANT_NUMBER} from './steady-state.ts';

/** The same bytes each time. */
export function repeating(body: string): RequestSource {
  const request = encodeRequest(body);
  return () => request;
}

/** A Profile that was never seen before each time: its number is in its name, its uid and all that has them. */
export function createTenants(body: string): () => RequestSource {
  let number = 500_000;
  return () => {
    const request = encodeRequest(body);
    const places = placesOf(request, TENANT_NUMBER);
    return () => {
      number++;
      // Written in place, for the client shares the machine with what it measures.
      for (const place of places) request.write(String(number), place, 'latin1');
      return request;
    };
  };
}

/**
 * So many Profiles in turn, each time with another revision: no request comes twice, and what is rendered for it was
 * rendered before.
 */
export function createKnownTenants(body: string, count: number): () => RequestSource {
  let sent = 0;
  return () => {
    const request = encodeRequest(body);
    const [names, revisions] = [placesOf(request, TENANT_NUMBER), placesOf(request, REVISION)];
    return () => {
      sent++;
      for (const place of names) request.write(String(500_000 + (sent % count)), place, 'latin1');
      for (const place of revisions) request.write(String(100_000 + (sent % 900_000)), place, 'latin1');
      return request;
    };
  };
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + text.length)) places.push(at);
  return places;
}
