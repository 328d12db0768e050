import {dump} from 'js-yaml';
import {readRenderConfig} from '../config.ts';
import type {KubernetesObject} from '../kubernetes/object.ts';
import {loadSet} from '../template/sources.ts';
import {type Findings, reportFindings} from './findings.ts';
import {renderOffline} from './offline.ts';
import {toJsonList} from './output.ts';
import {readProfileFiles} from './profile-file.ts';

export const RENDER_HELP = `Usage: profile-sync render PROFILE.yaml... [options]

Prints what should stand in the namespaces of the given Profiles. Needs no cluster and no store: credentials
are placeholders. A file may hold several documents: Profiles, their Namespaces, and RoleBindings of
collaborators, which count as observed. What a Profile asks for and does not get is told on standard error.

Options
  --mode MODE          companion (default) or standalone
  --templates DIR      template folder instead of the shipped ones; repeat it, a later file replaces an
                       earlier one of the same name
  --values FILE        values over the shipped templates/values.yaml
  --crds DIR           CustomResourceDefinitions of the kinds in guards.kinds
  -o, --output FORMAT  yaml (default) or json, a v1 List
  -h, --help
  --version

Exit status: 0 rendered, 1 something is wrong with templates, values or a Profile, 2 wrong usage.
`;

/** Prints the objects of the given Profiles. Throws ConfigError or TemplateError. */
export async function renderCommand(args: string[]): Promise<number> {
  const config = readRenderConfig(args);
  if (config === 'help') {
    process.stdout.write(RENDER_HELP);
    return 0;
  }
  const set = loadSet(config.mode, config);
  const findings: Findings = {errors: [], warnings: []};
  const profiles = readProfileFiles(config.files, findings);
  const objects = profiles.flatMap(profile => renderOffline(profile, set, findings));
  if (!reportFindings(findings)) return 1;
  process.stdout.write(config.output === 'json' ? toJsonList(objects) : objects.map(toYaml).join(''));
  return 0;
}

function toYaml(object: KubernetesObject): string {
  return `---\n${dump(object, {lineWidth: -1, noRefs: true})}`;
}
