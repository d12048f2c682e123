export function helper(): string {
  throw new Error('no title today')
}
