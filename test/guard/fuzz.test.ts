import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {placeholderCredentials} from '../../src/credentials/provisioner.ts';
import {type Problem, RequestError, TemplateError} from '../../src/errors.ts';
import {createGuard} from '../../src/guard/guard.ts';
import {checkKind, type Mode} from '../../src/guard/tenancy.ts';
import type {Json, KubernetesObject} from '../../src/kubernetes/object.ts';
import {schemaProblems} from '../../src/kubernetes/schema.ts';
import {readCollaborators} from '../../src/profile/collaborators.ts';
import {entitle} from '../../src/profile/entitlement.ts';
import {parseProfile} from '../../src/profile/profile.ts';
import {profileControllerBindings} from '../../src/profile/profile-controller.ts';
import {findLeaks} from '../../src/rbac/isolation.ts';
import type {Tenant} from '../../src/rbac/matrix.ts';
import {buildPolicy, isRbac} from '../../src/rbac/policy.ts';
import {createCompiler} from '../../src/template/cel.ts';
import {compileTemplate, type Template} from '../../src/template/compile.ts';
import {type Renderer, render} from '../../src/template/render.ts';
import {compileSet} from '../../src/template/set.ts';
import {type RenderInput, variableShapes} from '../../src/template/variables.ts';
import {parseYaml, toJson, YamlError} from '../../src/yaml.ts';
import {ATTACKS} from '../support/attacks.ts';
import {valuesOf} from '../template/support.ts';
import {type RawTenant, tenants} from './awkward.ts';
import {type Mutation, mutate, mutations} from './mutations.ts';
import {type Home, strayIn} from './tenant-check.ts';

const ITERATIONS = Number(process.env.FUZZ_ITERATIONS ?? 2000);

/** Milliseconds, on a machine that does much else besides. */
const TIMEOUT = 120_000 + ITERATIONS * 30;

/** So that a failure in CI comes again at a desk; another one widens what is tried. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);

const VALUES = valuesOf('custom: {note: a, list: [a, b]}');
const COMPILER = createCompiler(variableShapes(VALUES.shape));
const ACCESS_KEY = 'AKIDfuzzfuzzfuzz';
const SECRET_KEY = 'fuzz+secret/key_0123456789';

const SHIPPED = templatesIn('templates');
const SEEDS = [...SHIPPED, ...templatesIn(ATTACKS)];

const PARAMETERS = {numRuns: ITERATIONS, seed: SEED, endOnFailure: false};

test(
  `no template and no Profile leads outside the tenant, nor to a crash (${ITERATIONS} tries)`,
  () => {
    const counts = {answered: 0};
    fc.assert(
      fc.property(
        fc.record({seed: fc.nat(), changes: mutations, isStandalone: fc.boolean(), tenant: tenants}),
        ({seed, changes, isStandalone, tenant}) => {
          const mode = isStandalone ? 'standalone' : 'companion';
          const renderer = compiledAll([mutated(SEEDS, seed, changes)], mode);
          if (!renderer) return;
          const {objects, home} = answer(renderer, tenant);
          if (objects.length > 0) counts.answered++;
          expect(strayIn(objects, home)).toEqual([]);
        },
      ),
      PARAMETERS,
    );
    // Or the mutations are such that nothing is ever tried.
    expect(counts.answered).toBeGreaterThan(ITERATIONS / 50);
  },
  TIMEOUT,
);

const RBAC = templatesIn('templates/pipelines').filter(template => /^Role/.test(kindOf(template)));
const RBAC_COMPILED = RBAC.flatMap((template, index) => compiled(template, `rbac-${index}.yaml`, []));

test(
  'whatever is rendered, nobody but its parties gets anything in a namespace',
  () => {
    const counts = {bound: 0};
    fc.assert(
      fc.property(
        fc.record({seed: fc.nat(), changes: mutations, pair: fc.tuple(tenants, tenants)}),
        ({seed, changes, pair: [first, second]}) => {
          const renderer = compiledAll([mutated(RBAC, seed, changes)], 'companion');
          if (!renderer) return;
          const others = RBAC_COMPILED.filter((_, index) => index !== seed % RBAC.length);
          const all = {...renderer, templates: [...renderer.templates, ...others]};
          const answers = [renamed(first, 'first'), renamed(second, 'second')].map(raw => answer(all, raw));
          if (answers.some(({objects}) => objects.some(({kind}) => kind === 'RoleBinding'))) counts.bound++;
          expect(leaksOf(answers)).toEqual([]);
        },
      ),
      {...PARAMETERS, numRuns: Math.ceil(ITERATIONS / 4)},
    );
    expect(counts.bound).toBeGreaterThan(ITERATIONS / 100);
  },
  TIMEOUT,
);

test(
  'a whole folder with one mutated template is refused with problems alone, or loads',
  () => {
    fc.assert(
      fc.property(fc.nat(), mutations, (seed, changes) => {
        const replaced = seed % SHIPPED.length;
        const files = SHIPPED.map((template, index) =>
          index === replaced ? mutate(template, changes, SEEDS) : template,
        ).filter(template => kindOf(template) !== 'Namespace');
        const yaml = files.map((template, index) => parseYaml(JSON.stringify(template), `${index}.yaml`));
        expect(() => withProblems(() => compileSet(yaml, VALUES, 'companion'))).not.toThrow();
      }),
      {...PARAMETERS, numRuns: Math.ceil(ITERATIONS / 100)},
    );
  },
  TIMEOUT,
);

function templatesIn(folder: string): Json[] {
  const names = readdirSync(folder, {recursive: true, encoding: 'utf8'});
  return names
    .filter(name => /(^|\/)(?!values|kustomization|\.)[^/]+\.yaml$/.test(name))
    .flatMap(name => parseYaml(readFileSync(join(folder, name), 'utf8'), name).documents.map(toJson));
}

function kindOf(template: Json): string {
  const kind = (template as {kind?: Json} | null)?.kind;
  return typeof kind === 'string' ? kind : '';
}

function mutated(seeds: readonly Json[], seed: number, changes: readonly Mutation[]): Json {
  return mutate(seeds[seed % seeds.length] as Json, changes, SEEDS);
}

/** A renderer of the templates, where they compile: what samples would find at load is left to each answer. */
function compiledAll(sources: readonly Json[], mode: Mode): Renderer | undefined {
  const problems: Problem[] = [];
  const templates = sources.flatMap((source, index) => compiled(source, `${index}.yaml`, problems));
  const extraKinds = VALUES.base.values.guards.kinds;
  problems.push(...templates.flatMap(template => checkKind(template, {mode, extraKinds})));
  if (problems.length > 0) return undefined;
  return {templates, mode, guard: createGuard()};
}

function compiled(source: Json, name: string, problems: Problem[]): Template[] {
  try {
    const template = compileTemplate(parseYaml(JSON.stringify(source), name), COMPILER, problems);
    return template ? [template] : [];
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    problems.push(error.problem);
    return [];
  }
}

interface Answer {
  readonly objects: readonly KubernetesObject[];
  readonly home: Home;
  readonly raw: RawTenant;
}

/** What such a tenant gets; nothing where the Profile cannot be served or the templates fail for it. */
function answer(renderer: Renderer, raw: RawTenant): Answer {
  const nobody = {
    mode: renderer.mode,
    namespace: '',
    owner: {kind: '', name: ''},
    collaborators: [],
    secrets: [],
  };
  return (
    withProblems(() => {
      const input = inputOf(raw);
      const objects = render(renderer, input).map(({object}) => object);
      const {profile, collaborators} = input;
      const secrets = [ACCESS_KEY, SECRET_KEY];
      const home = {
        mode: renderer.mode,
        namespace: profile.name,
        owner: profile.owner,
        collaborators,
        secrets,
      };
      return {objects, home, raw};
    }) ?? {objects: [], home: nobody, raw}
  );
}

function inputOf({profile: raw, bindings, namespaceLabels}: RawTenant): RenderInput {
  const values = VALUES.base;
  const {profile} = entitle(parseProfile(raw), values.values);
  const {collaborators} = readCollaborators(bindings, profile);
  const credentials = {
    ...placeholderCredentials('memory', {bucket: 'b', prefixes: ['p/']}),
    accessKey: ACCESS_KEY,
    secretKey: SECRET_KEY,
  };
  return {profile, values, collaborators, namespaceLabels, credentials, sharingEpoch: 0};
}

/** `undefined` for what is told to people as a problem; anything else is a crash. */
function withProblems<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError || error instanceof RequestError) return undefined;
    throw error;
  }
}

function renamed({profile, bindings, ...rest}: RawTenant, name: string): RawTenant {
  return {
    ...rest,
    profile: {...profile, metadata: {...(profile.metadata as object), name, uid: name}},
    bindings: bindings.map(binding => ({...binding, metadata: {...binding.metadata, namespace: name}})),
  };
}

function leaksOf(answers: readonly Answer[]) {
  const served = answers.filter(({home}) => home.namespace !== '');
  const objects = served.flatMap(({objects, home}) => [
    ...profileControllerBindings(home.namespace, inputOwner(home)),
    ...objects.filter(isRbac),
  ]);
  // What the API server refuses grants nothing.
  const {policy} = buildPolicy(objects.filter(object => schemaProblems(object)?.length === 0));
  const parties: Tenant[] = served.map(({home}) => ({
    namespace: home.namespace,
    parties: [inputOwner(home), ...home.collaborators.map(({name}) => ({kind: 'User' as const, name}))],
  }));
  return findLeaks(policy, parties);
}

function inputOwner({owner}: Home) {
  return owner as Parameters<typeof profileControllerBindings>[1];
}
