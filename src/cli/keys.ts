// Single keys from a terminal. Elsewhere there are none.

/** `undefined`: this is no terminal. Else what gives the terminal back. */
export function listenToKeys(actions: Readonly<Record<string, () => void>>): (() => void) | undefined {
  const { stdin } = process
  if (!stdin.isTTY) return undefined
  const onData = (bytes: Buffer): void => {
    for (const key of bytes.toString()) {
      // In this mode the terminal does not make signals of keys.
      if (key === '\u0003' || key === '\u0004') process.kill(process.pid, 'SIGINT')
      else if (Object.hasOwn(actions, key.toLowerCase())) actions[key.toLowerCase()]?.()
    }
  }
  stdin.setRawMode(true)
  stdin.on('data', onData)
  stdin.resume()
  return () => {
    stdin.off('data', onData)
    stdin.setRawMode(false)
    stdin.pause()
  }
}
