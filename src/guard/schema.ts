import type {CustomKinds} from '../kubernetes/crds.ts';
import {schemaProblems} from '../kubernetes/schema.ts';
import {keyOf} from './fields/by-kind.ts';
import {kindOf, shownField} from './fields/check.ts';
import type {ObjectGuard, Violation} from './violation.ts';

/**
 * Refuses fields that a kind does not have, values of another type, and kinds of which nothing is known. The admin's
 * own definitions of custom kinds go before those that come with this program.
 */
export function createSchemaGuard(crds: CustomKinds): ObjectGuard {
  return object => {
    const custom = crds.get(keyOf(object));
    const problems = custom ? custom.problems(object) : schemaProblems(object);
    if (!problems) return [unknownKind(object)];
    return problems.map(({path, message}) => {
      const words = message.startsWith('must')
        ? [shownField(path), message].filter(Boolean).join(' ')
        : message.replace(/^required field/, `$& "${shownField(path.slice(-1))}"`);
      return {rule: 'schema/field', path, message: `cannot render ${kindOf(object)}: ${words}`};
    });
  };
}

function unknownKind(object: unknown): Violation {
  return {
    rule: 'schema/field',
    path: ['kind'],
    message: `cannot render ${kindOf(object)}: there is no schema of this kind`,
    hint: 'give its CustomResourceDefinition in a folder, by --crds DIR or, to serve, CRDS',
  };
}
