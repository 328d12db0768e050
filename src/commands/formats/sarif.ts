import {isAbsolute} from 'node:path';
import {pathToFileURL} from 'node:url';
import {formatProblem, type Problem} from '../../errors.ts';
import {RULES} from '../../guard/rules.ts';

/** Of what is wrong with a template before any guard sees it. */
const TEMPLATE_RULE = 'template';

/** Problems as a SARIF 2.1.0 log, which code scanners read. */
export function toSarif(problems: readonly Problem[], version: string): string {
  const rules = [
    {id: TEMPLATE_RULE, shortDescription: {text: 'A template or values that cannot be used.'}},
    ...Object.entries(RULES).map(([id, {refuses, allow}]) => ({
      id,
      shortDescription: {text: `Refuses ${refuses}.`},
      ...(allow && {help: {text: `Values can allow it: ${allow}.`}}),
    })),
  ];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{tool: {driver: {name: 'profile-sync', version, rules}}, results: problems.map(toResult)}],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function toResult(problem: Problem) {
  const {file, line, column, rule = TEMPLATE_RULE, ...words} = problem;
  const locations = locationsOf(problem);
  return {ruleId: rule, level: 'error', message: {text: formatProblem(words)}, locations};
}

function locationsOf({file, line, column, field}: Problem) {
  if (file === undefined) return [];
  const region = line === undefined ? {} : {region: {startLine: line, startColumn: column ?? 1}};
  const logical = field === undefined ? {} : {logicalLocations: [{fullyQualifiedName: field}]};
  return [{physicalLocation: {artifactLocation: {uri: uriOf(file)}, ...region}, ...logical}];
}

/** Relative to where the command ran, as scanners want it. */
function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : encodeURI(file.replaceAll('\\', '/'));
}
