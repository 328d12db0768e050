import {readValidateConfig, type ValidateConfig} from '../config.ts';
import {type Problem, TemplateError} from '../errors.ts';
import {RULES} from '../guard/rules.ts';
import type {TemplateSet} from '../template/set.ts';
import {loadSet, loadValues} from '../template/sources.ts';
import {version} from '../version.ts';
import {awkwardProfiles} from './awkward-profiles.ts';
import {type Findings, reportFindings} from './findings.ts';
import {toText} from './formats/code-frame.ts';
import {toGithub} from './formats/github.ts';
import {toSarif} from './formats/sarif.ts';
import {renderOffline} from './offline.ts';
import {type OfflineProfile, readProfileFiles} from './profile-file.ts';

export const VALIDATE_HELP = `Usage: profile-sync validate [DIR|FILE]... [options]

Says what is wrong with templates before a tenant meets it, all at once, and nothing where nothing is. DIR is a folder,
FILE a single template; what it needs of others has to be named too. Needs no cluster and no store. Templates are tried
on generated Profiles (long names, owners of each kind, quotas, many and hostile collaborators), on each override of the
values, and on the Profiles that you give. Without a folder and a mode: the shipped folders of both modes.

Options
  --mode MODE          companion (default) or standalone
  --templates DIR      as DIR or FILE: a later file replaces an earlier one of the same name
  --values FILE        values over the shipped templates/values.yaml
  --crds DIR           CustomResourceDefinitions of the kinds in guards.kinds
  --profiles FILE      further Profiles to try, with their RoleBindings; repeat it
  -o, --output FORMAT  text (default; colours on a terminal alone), json, github (workflow commands) or sarif (2.1.0)
  -h, --help
  --version

Exit status: 0 nothing is wrong, 1 something is, 2 wrong usage.

Rules, and the values that allow on purpose what they refuse
${ruleLines()}`;

function ruleLines(): string {
  return Object.entries(RULES)
    .map(([name, {refuses, allow}]) => {
      const words = allow === undefined ? '' : `\n    values: ${allow}`;
      return `  ${name}\n    ${refuses}${words}\n`;
    })
    .join('');
}

/** Validates template sets. Throws ConfigError. */
export async function validateCommand(args: string[]): Promise<number> {
  const config = readValidateConfig(args);
  if (config === 'help') {
    process.stdout.write(VALIDATE_HELP);
    return 0;
  }
  const findings: Findings = {errors: [], warnings: []};
  const own = config.profiles.length > 0 ? readProfileFiles(config.profiles, findings) : [];
  const problems = distinct([...findings.errors, ...validateSets(config, own, findings)]);
  reportFindings({errors: [], warnings: findings.warnings});
  process.stdout.write(format(problems, config.output));
  return problems.length === 0 ? 0 : 1;
}

function validateSets(config: ValidateConfig, own: readonly OfflineProfile[], findings: Findings): Problem[] {
  return attempt(() => {
    const values = loadValues(config.valuesFile);
    return config.modes.flatMap(mode =>
      attempt(() => validateSet(loadSet(mode, config, values), own, findings)),
    );
  });
}

function validateSet(set: TemplateSet, own: readonly OfflineProfile[], {warnings}: Findings): Problem[] {
  const errors: Problem[] = [];
  // Nobody asked for the generated ones: what they do not get is not worth a word.
  for (const profile of awkwardProfiles()) renderOffline(profile, set, {errors, warnings: []});
  for (const profile of own) renderOffline(profile, set, {errors, warnings});
  return errors;
}

function attempt(work: () => Problem[]): Problem[] {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return [...error.problems];
  }
}

/** Each once, for the first Profile that met it: a mistake meets most of them. */
function distinct(problems: readonly Problem[]): Problem[] {
  const met = new Map<string, Problem>();
  for (const problem of problems) {
    const message = problem.message.replace(/^Profile \S+: /, '');
    const key = JSON.stringify({...problem, message});
    if (!met.has(key)) met.set(key, problem);
  }
  return [...met.values()];
}

function format(problems: readonly Problem[], output: ValidateConfig['output']): string {
  switch (output) {
    case 'json':
      return `${JSON.stringify({problems}, null, 2)}\n`;
    case 'github':
      return toGithub(problems);
    case 'sarif':
      return toSarif(problems, version());
    default:
      return toText(problems, process.stdout.isTTY && process.stdout.hasColors());
  }
}
