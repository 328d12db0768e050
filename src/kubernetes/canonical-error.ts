/** An object has no canonical form, because of the value at one place in it. */
export class CanonicalError extends Error {
  override readonly name = 'CanonicalError';
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[], options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}
