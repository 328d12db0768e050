import {LRUCache} from 'lru-cache';

/** What a sync saw of one object. */
export interface Sighting {
  readonly uid: string;
  /** Whether it has a field that somebody else added. */
  readonly isForeign: boolean;
  /** How often the object may be replaced: once in this time. */
  readonly intervalMilliseconds: number;
}

/**
 * What to do about it.
 *
 * `none`: nothing, for nobody added anything of late. `watch`: nothing, but it was replaced so recently that an
 * addition would be the next one in a row. `replace`: leave it out until it is gone. `wait`: replace it later.
 * `endure`: answer it as ever, for somebody adds it again and again.
 */
export type Verdict =
  | {readonly action: 'none' | 'watch' | 'replace' | 'endure'}
  | {readonly action: 'wait'; readonly seconds: number};

/** Remembers which objects were replaced for what others added, so that nobody makes us do it without end. */
export interface ForeignLedger {
  readonly judge: (key: string, sighting: Sighting) => Verdict;
}

/** The last time that an object was replaced. */
interface Replacement {
  readonly uid: string;
  readonly at: number;
  /** How many there were in a row. */
  readonly count: number;
  /** Whether this one may still be observed, and has not been put right meanwhile. */
  readonly isUnderWay: boolean;
}

/** Whoever adds something a fourth time means it, and each time the object is away for a moment. */
const MAX_IN_A_ROW = 3;

/** Far more than are ever replaced at once; what is forgotten may only be replaced too early. */
const MAX_OBJECTS = 10_000;

/** Metacontroller counts in nanoseconds, of which Go's longest duration holds 292 years: a day at most, and then again. */
const MAX_WAIT_SECONDS = 24 * 60 * 60;

/** A ledger in memory: a restart forgets it, and two replicas have one each. `now` is in milliseconds. */
export function createForeignLedger(now: () => number): ForeignLedger {
  const replacements = new LRUCache<string, Replacement>({max: MAX_OBJECTS});
  return {
    judge: (key, sighting) => {
      const last = replacements.get(key);
      const {verdict, next} = sighting.isForeign
        ? judgeForeign(last, sighting, now())
        : judgeClean(last, sighting, now());
      if (next) replacements.set(key, next);
      else replacements.delete(key);
      return verdict;
    },
  };
}

interface Judgement {
  readonly verdict: Verdict;
  readonly next: Replacement | undefined;
}

function judgeClean(last: Replacement | undefined, sighting: Sighting, now: number): Judgement {
  if (!last || remaining(last, sighting, now) <= 0) return {verdict: {action: 'none'}, next: undefined};
  const isUnderWay = last.isUnderWay && last.uid !== sighting.uid;
  return {verdict: {action: 'watch'}, next: {...last, isUnderWay}};
}

function judgeForeign(last: Replacement | undefined, sighting: Sighting, now: number): Judgement {
  // Metacontroller asks several times before it is gone, and a stale cache shows it once more when it is.
  if (last?.isUnderWay && last.uid === sighting.uid) return {verdict: {action: 'replace'}, next: last};
  const count = last?.count ?? 0;
  if (count >= MAX_IN_A_ROW) return {verdict: {action: 'endure'}, next: last};
  const left = last ? remaining(last, sighting, now) : 0;
  if (left > 0) return {verdict: {action: 'wait', seconds: secondsOf(left)}, next: last};
  const next = {uid: sighting.uid, at: now, count: count + 1, isUnderWay: true};
  return {verdict: {action: 'replace'}, next};
}

function remaining({at}: Replacement, {intervalMilliseconds}: Sighting, now: number): number {
  return at + intervalMilliseconds - now;
}

function secondsOf(milliseconds: number): number {
  return Math.min(Math.ceil(milliseconds / 1000), MAX_WAIT_SECONDS);
}
