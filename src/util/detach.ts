/** V8 keeps the whole of a text alive for a part of it, unless the part is copied. Parts this short are always copies. */
export function detach(part: string): string {
  return part.length < 13 ? part : (' ' + part).slice(1)
}
