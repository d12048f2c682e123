/** With `\n` at the end of each line, however it was written. */
export function unixLineEnds(text: string): string {
  // Most texts need nothing, and looking for one character is the fastest of looks.
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}
