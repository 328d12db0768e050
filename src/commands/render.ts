import {dump} from 'js-yaml';
import {readRenderConfig} from '../config.ts';
import {loadSet} from '../template/sources.ts';
import {renderOffline} from './offline.ts';
import {readProfileFiles} from './profile-file.ts';

export const RENDER_HELP = `Usage: profile-sync render PROFILE.yaml... [options]

Prints what should stand in the namespaces of the given Profiles. Needs no cluster and no store: credentials
are placeholders. A file may hold several documents: Profiles, their Namespaces, and RoleBindings of
collaborators, which count as observed.

Options
  --mode MODE       companion (default) or standalone
  --templates DIR   template folder instead of the shipped ones; repeat it, a later file replaces an
                    earlier one of the same name
  --values FILE     values over the shipped templates/values.yaml
  -o, --output FORMAT  yaml (default) or json, a v1 List
  -h, --help

Exit status: 0 rendered, 1 something is wrong with templates, values or a Profile, 2 wrong usage.
`;

/** Prints the objects of the given Profiles. Throws ConfigError, TemplateError, RequestError or RefusedError. */
export async function renderCommand(args: string[]): Promise<number> {
  const config = readRenderConfig(args);
  if (config === 'help') {
    process.stdout.write(RENDER_HELP);
    return 0;
  }
  const set = loadSet(config.mode, config);
  const objects = readProfileFiles(config.files).flatMap(file => renderOffline(file, set));
  const list = {apiVersion: 'v1', kind: 'List', items: objects};
  const text =
    config.output === 'json'
      ? `${JSON.stringify(list, null, 2)}\n`
      : objects.map(object => `---\n${toYaml(object)}`).join('');
  process.stdout.write(text);
  return 0;
}

function toYaml(object: object): string {
  return dump(object, {lineWidth: -1, noRefs: true});
}
