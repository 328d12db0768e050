import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {type Problem, RefusedError, TemplateError} from '../src/errors.ts';
import {RULES, type Rule, type RuleName} from '../src/guard/rules.ts';
import {sync} from '../src/sync.ts';
import type {TemplateSet} from '../src/template/set.ts';
import {loadSet} from '../src/template/sources.ts';
import {requestFor} from './support/attack-request.ts';
import {
  type Attack,
  attackedRules,
  attacksOn,
  validateAttack,
  WAYS_IN,
  type WayIn,
  wayInOf,
} from './support/attacks.ts';
import {dependencies} from './support/hook.ts';

/** Ways in that a rule has none of, and why. */
const IMPOSSIBLE: {readonly [rule: string]: {readonly [way in WayIn]?: string}} = {
  'tenancy/size': {literal: 'a file is at most 256 KiB'},
  'network/namespace-label': {'for-each': 'a Namespace is not repeated'},
};

const RULE_NAMES = Object.keys(RULES);

function ruleOf(name: string): Rule {
  return RULES[name as RuleName];
}

describe('each rule', () => {
  test.each(RULE_NAMES)('%s is attacked in every way there is', rule => {
    const ways = new Set(attacksOn(rule).attacks.map(wayInOf));
    const impossible = IMPOSSIBLE[rule] ?? {};
    expect(WAYS_IN.filter(way => !ways.has(way))).toEqual(WAYS_IN.filter(way => way in impossible));
  });

  test.each(RULE_NAMES)('%s lets something pass that looks like an attack', rule => {
    const titles = attacksOn(rule).passing.map(({title}) => title);
    expect(titles.some(title => title.startsWith(`${rule}/passes-`))).toBe(true);
  });

  test.each(RULE_NAMES.filter(rule => ruleOf(rule).allow))(
    '%s passes what a value allows on purpose',
    rule => {
      const texts = attacksOn(rule)
        .passing.filter(({file}) => file.endsWith('/template.yaml'))
        .map(({valuesFile = ''}) => readFileSync(valuesFile, 'utf8'));
      for (const value of String(ruleOf(rule).allow).split(', ')) {
        const key = value.split(':')[0]?.split('.').at(-1);
        expect(texts.join('\n')).toContain(`${key}:`);
      }
    },
  );

  test('is one of the rules, and each file an attack by a known way', () => {
    expect(attackedRules().filter(rule => !RULE_NAMES.includes(rule))).toEqual([]);
    const attacks = attackedRules().flatMap(rule => attacksOn(rule).attacks);
    expect(attacks.filter(attack => !wayInOf(attack)).map(({title}) => title)).toEqual([]);
    const isMute = ({refusals, observed}: Attack) => refusals.length === 0 && !observed;
    expect(attacks.filter(isMute).map(({title}) => title)).toEqual([]);
  });
});

describe.each(RULE_NAMES.filter(rule => rule !== 'removal/observed'))('%s', rule => {
  const {attacks, passing} = attacksOn(rule);

  test.each(attacks)('refuses $title where it is wrong', async attack => {
    const {status, problems} = await validateAttack(attack);
    expect(distinct(problems)).toEqual(distinct(attack.refusals));
    expect(status).toBe(1);
  });

  test.each(passing)('$title', async attack => {
    expect(await validateAttack(attack)).toEqual({status: 0, problems: []});
  });
});

/** Those that no sample Profile triggers: the hook starts with them, and meets the Profile later. */
const SLEEPING = RULE_NAMES.filter(rule => rule !== 'removal/observed')
  .flatMap(rule => attacksOn(rule).attacks)
  .filter(attack => ['profile-field', 'collaborator-name'].includes(String(wayInOf(attack))))
  .filter(setOf);

describe('a hook that starts', () => {
  test.each(SLEEPING)('answers nothing to the Profile of $title, and the next one as ever', async attack => {
    const error: unknown = await answer('mallory', attack).catch(thrown => thrown);
    expect(error).toBeInstanceOf(TemplateError);
    expect(distinct((error as TemplateError).problems)).toEqual(distinct(attack.refusals));
    await expect(answer('alice', attack)).resolves.toBeDefined();
  });
});

describe('removal/observed', () => {
  const {attacks, passing} = attacksOn('removal/observed');

  test.each(attacks)('refuses to answer without what $title leaves out', async attack => {
    const refused = answer('mallory', attack);
    await expect(refused).rejects.toBeInstanceOf(RefusedError);
    await expect(refused).rejects.toThrow(`no template renders ${attack.observed}, `);
    await expect(refused).rejects.toThrow('[removal/observed]');
  });

  test.each(attacks)('lets $title load, for nothing is wrong before it is observed', async attack => {
    expect(await validateAttack(attack)).toEqual({status: 0, problems: []});
  });

  test.each(passing)('$title', async attack => {
    await expect(answer('mallory', attack)).resolves.toBeDefined();
  });
});

/** What a hook with the attack's templates answers. */
async function answer(profile: string, attack: Attack) {
  const set = setOf(attack);
  if (!set) throw new Error(`${attack.title} does not load`);
  return await sync(requestFor(profile, attack), {...dependencies({}), templates: () => set});
}

/** The set, if it loads. */
function setOf({mode, ...sources}: Attack): TemplateSet | undefined {
  try {
    return loadSet(mode, sources);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return undefined;
  }
}

/** Rules at places, each once: several Profiles may meet the same. */
function distinct(problems: readonly Problem[] | Attack['refusals']): string[] {
  const texts = (problems as readonly Partial<Problem>[]).map(
    ({rule, file, line, field, message}) =>
      `${file}:${line} ${field ?? 'the whole object'} [${rule ?? message}]`,
  );
  return [...new Set(texts)].sort();
}
