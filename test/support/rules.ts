import type {Problem} from '../../src/errors.ts';
import {RULES, type RuleName} from '../../src/guard/rules.ts';
import {type Attack, attacksOn, validateAttack} from './attacks.ts';

/** What a sync says, for no template alone does it. */
const REMOVAL =
  'cannot sync Profile: no template renders PersistentVolumeClaim data, and answering without it would delete it';

/** README's list of the rules, with what each says of its plainest attack. */
export async function describeRules(): Promise<string> {
  let text = '';
  // One after the other, for a run's output is this process's.
  for (const [name, {refuses, allow}] of Object.entries(RULES)) {
    const allowed = allow ? ` Values that allow it: ${allow.replace(/[\w.]+(?:: [\w-]+)?/g, '`$&`')}.` : '';
    text += `- **${name}** refuses ${refuses}.${allowed}\n  \`${await exampleOf(name as RuleName)}\`\n`;
  }
  return text;
}

async function exampleOf(rule: RuleName): Promise<string> {
  if (rule === 'removal/observed') return REMOVAL;
  const {attacks} = attacksOn(rule);
  const plainest = ['literal', 'expression'].flatMap(name =>
    attacks.filter(({file}) => file.endsWith(`/${name}.yaml`)),
  );
  const {problems} = await validateAttack(plainest[0] as Attack);
  const problem = problems.find(each => each.rule === rule) as Problem;
  return [problem.field, problem.message.replace(/^Profile \S+: /, '')].filter(Boolean).join(': ');
}
