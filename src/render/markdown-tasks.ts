// Task lists: `- [x] done` gets a box that is ticked and cannot be changed; the text of the task is its label.
import type { MarkdownIt, StateCore, Token } from 'markdown-it'

export function tasks(md: MarkdownIt): void {
  md.core.ruler.push('tasks', (state) => {
    const lists: Token[] = []
    for (const [index, token] of state.tokens.entries()) {
      if (token.type === 'bullet_list_open' || token.type === 'ordered_list_open') lists.push(token)
      else if (token.type === 'bullet_list_close' || token.type === 'ordered_list_close') lists.pop()
      else if (token.type === 'list_item_open' && becomeTask(state, state.tokens[index + 2])) {
        token.attrSet('class', 'task')
        lists.at(-1)?.attrSet('class', 'tasks')
      }
    }
  })
  md.renderer.rules.task_box = (tokens, index) => `<label><input type="checkbox" disabled${tokens[index]?.meta?.done ? ' checked' : ''}> `
  md.renderer.rules.task_end = () => '</label>'
}

function becomeTask(state: StateCore, text: Token | undefined): boolean {
  const first = text?.children?.[0]
  if (text?.type !== 'inline' || first?.type !== 'text') return false
  const match = /^\[([ xX])\][ \t]+/.exec(first.content)
  // A box without a text would have no label.
  if (!match || (match[0] === first.content && text.children?.length === 1)) return false
  first.content = first.content.slice(match[0].length)
  const box = new state.Token('task_box', '', 0)
  box.meta = { done: match[1] !== ' ' }
  text.children = [box, ...(text.children ?? []), new state.Token('task_end', '', 0)]
  return true
}
