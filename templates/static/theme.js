// The choice of light or dark, and copy buttons. Loaded before the page is drawn, so that no page flashes;
// without it the page follows the system and lacks only the buttons.
{
  const root = document.documentElement
  const words = { copy: 'Copy', copied: 'Copied', ...document.currentScript.dataset }
  const system = matchMedia('(prefers-color-scheme: dark)')
  let choice = stored()

  // Storage may be forbidden; the choice then lasts for this page.
  function stored() {
    try { return localStorage.getItem('theme') } catch { return choice }
  }
  function store() {
    try { choice ? localStorage.setItem('theme', choice) : localStorage.removeItem('theme') } catch { return }
  }
  function show() {
    const dark = choice ? choice === 'dark' : system.matches
    if (choice) root.dataset.theme = choice
    else delete root.dataset.theme
    document.querySelector('.toggle')?.setAttribute('aria-pressed', dark)
    return dark
  }
  // Back at what the system says, the choice is forgotten and the system followed again.
  function toggle() {
    const dark = !show()
    choice = dark === system.matches ? '' : dark ? 'dark' : 'light'
    store()
    show()
  }

  async function copy(code, text) {
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      getSelection().selectAllChildren(code)
      document.execCommand('copy')
      getSelection().removeAllRanges()
    }
  }
  function addCopyButton(figure, status) {
    const code = figure.querySelector('code')
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    button.textContent = words.copy
    button.onclick = async () => {
      await copy(code, code.textContent.replace(/\n$/, ''))
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
  addEventListener('storage', () => {
    choice = stored()
    show()
  })
  addEventListener('DOMContentLoaded', () => {
    show()
    document.querySelector('.toggle').onclick = toggle
    const figures = document.querySelectorAll('figure.code')
    if (!figures.length) return
    const status = document.createElement('p')
    status.className = 'hidden'
    status.setAttribute('role', 'status')
    document.body.append(status)
    for (const figure of figures) addCopyButton(figure, status)
  })
}
