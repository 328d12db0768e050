const DOCKER_HUB = 'docker.io';

/** Characters: a name of 255, a tag of 128 and a digest of sha512. */
const MAX_LENGTH = 520;

const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$/;
const COMPONENT = /^[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*$/;
const TAG_AND_DIGEST =
  /^(.*?)(:\w[\w.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,128})?$/;

/**
 * An image's name without tag and digest and with its registry, as container runtimes understand it: `nginx` is
 * `docker.io/library/nginx`. Nothing for what no runtime would read, or not all alike.
 */
export function imageName(image: string): string | undefined {
  if (image.length > MAX_LENGTH) return;
  const name = TAG_AND_DIGEST.exec(image)?.[1];
  if (name === undefined) return;
  const [domain, ...components] = withDomain(name);
  if (domain === undefined || !DOMAIN.test(domain) || components.length === 0) return;
  if (!components.every(component => COMPONENT.test(component))) return;
  const isOfficial = domain === DOCKER_HUB && components.length === 1;
  return [domain, ...(isOfficial ? ['library'] : []), ...components].join('/');
}

/** Whether an image of that name comes from a registry, or from a path in one. */
export function isFrom(name: string, registry: string): boolean {
  const prefix = withDomain(registry).join('/');
  return name === prefix || name.startsWith(`${prefix}/`);
}

// The first part is a registry only if it looks like a host.
function withDomain(name: string): string[] {
  const [first = '', ...rest] = name.split('/');
  if (first === 'index.docker.io') return [DOCKER_HUB, ...rest];
  return first === 'localhost' || /[.:]/.test(first) ? [first, ...rest] : [DOCKER_HUB, first, ...rest];
}
