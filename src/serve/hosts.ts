// Which Host a request may name. A page of somebody else can make a browser ask this server under a name of its own (DNS
// rebinding); so a name must be one of this machine. Addresses in digits cannot be rebound.
import os from 'node:os'
import { isIP } from 'node:net'

/** `bound` is what the server listens on; `allowed` are more names. */
export function createHostCheck(bound: string, allowed: readonly string[]): (header: string | undefined) => boolean {
  const names = new Set([bound, os.hostname(), ...allowed].map((name) => name.toLowerCase()))
  return (header) => {
    const name = /^(\[[0-9a-f:.]+\]|[^:[\]/?#@\s]+)(?::\d{1,5})?$/i.exec(header ?? '')?.[1]?.toLowerCase()
    if (name === undefined) return false
    return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === 'localhost' || name.endsWith('.localhost') || names.has(name)
  }
}
