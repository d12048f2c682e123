// What all pages share cannot be changed by one of them: a template that turns a list round (`list.reverse()`) would change it for
// the pages after it, and so make the output depend on which pages are rendered. It gets an error instead.

/** Lists and plain objects, with all that is in them. Objects of classes stay as they are. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || !isPlain(value)) return value
  Object.freeze(value)
  for (const key in value) if (typeof value[key] === 'object') freezeDeep(value[key])
  return value
}

/** Not an object of a class. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || prototype === Object.prototype
}
