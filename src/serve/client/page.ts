// What the early script knows of the page that it is in.

export interface PageState {
  readonly tag: HTMLScriptElement
  /** The file shown, or what stands for the page for missing addresses. */
  readonly output: string
  readonly status: number
  /** How the bytes looked that are shown; changed by updates. */
  look: string
  /** Stands for the styles, scripts and pictures that are shown. */
  assets: string
  /** The server has told what is true now. */
  isConnected: boolean
  /** A script of the page made it. */
  isAdded(node: Node): boolean
  /** A script of the page set it. */
  isSet(node: Node, attribute: string): boolean
  /** Makes a node, with all in it, one that came with the page. */
  adopt(node: Node): void
  /** A change that is not the page's own doing. */
  quietly(change: () => void): void
}

export const page = (window as unknown as { readonly ssgLive: PageState }).ssgLive
