// The choice of light or dark, and copy buttons. Loaded before the page is drawn, so that no page flashes; without it
// the page follows the system and lacks only the buttons.
{
  const root = document.documentElement
  const words = { copy: 'Copy', copied: 'Copied', ...document.currentScript.dataset }
  const system = matchMedia('(prefers-color-scheme: dark)')
  let choice = load()

  // Storage may be forbidden: the choice then lasts for this page.
  function load() {
    try { return localStorage.getItem('theme') } catch { return null }
  }
  function save() {
    try { choice ? localStorage.setItem('theme', choice) : localStorage.removeItem('theme') } catch { return }
  }
  function show() {
    const dark = choice ? choice === 'dark' : system.matches
    if (choice) root.dataset.theme = choice
    else delete root.dataset.theme
    document.querySelector('.toggle')?.setAttribute('aria-pressed', dark)
    return dark
  }
  // A choice that equals the system's is forgotten, and the system followed again.
  function toggle() {
    const dark = !show()
    choice = dark === system.matches ? null : dark ? 'dark' : 'light'
    save()
    show()
  }

  // Without the right to write to the clipboard the code is left selected.
  async function copy(code) {
    const lines = [...code.childNodes].filter((line) => line.nodeName !== 'DEL')
    try {
      await navigator.clipboard.writeText(lines.map((line) => line.textContent).join('').trimEnd())
      return true
    } catch {
      getSelection().selectAllChildren(code)
      return document.execCommand('copy')
    }
  }
  function addButton(figure, status) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    button.textContent = words.copy
    button.onclick = async () => {
      if (!await copy(figure.querySelector('code'))) return
      button.textContent = status.textContent = words.copied
      setTimeout(() => {
        button.textContent = words.copy
        status.textContent = ''
      }, 2000)
    }
    figure.append(button)
  }

  show()
  system.onchange = show
  addEventListener('DOMContentLoaded', () => {
    show()
    document.querySelector('.toggle')?.addEventListener('click', toggle)
    const status = document.createElement('p')
    status.className = 'hidden'
    status.role = 'status'
    document.body.append(status)
    function enhance() {
      // For keyboards, which scroll only what has the focus.
      for (const pre of document.querySelectorAll('pre')) pre.tabIndex = 0
      for (const figure of document.querySelectorAll('figure.code:not(:has(.copy))')) addButton(figure, status)
    }
    enhance()
    document.addEventListener('ssg:update', enhance)
  })
}
