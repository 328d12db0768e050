import type {Mode} from '../guard/tenancy.ts';

/** The label by which a CompositeController with `generateSelector` knows its children; its value is the Profile's uid. */
export const UID_LABEL = 'controller-uid';

/** The annotation by which a DecoratorController knows its children; its value is the controller's name. */
export const DECORATOR_ANNOTATION = 'metacontroller.k8s.io/decorator-controller';

/** The field manager by which Metacontroller writes (`--apply-strategy-ssa-field-manager`). */
export const OUR_MANAGER = 'metacontroller';

/** The finalizer that a controller with a finalize hook puts on its parents. */
export function finalizerOf(mode: Mode, controllerName: string): string {
  const kind = mode === 'companion' ? 'decoratorcontroller' : 'compositecontroller';
  return `metacontroller.io/${kind}-${controllerName}`;
}
