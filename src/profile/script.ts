// What the page's pictures can do more with JavaScript: tell what is under the pointer or finger, and enlarge a part of the flame
// graph. Runs in the reader's browser; without it the pictures are complete, and the browser shows their titles.

export const script = `
for (const figure of document.querySelectorAll('figure')) {
  const line = figure.querySelector('.detail'), text = line.querySelector('span'), asked = text.textContent
  const titleOf = (target) => target.closest('svg svg, .hover')?.querySelector(':scope > title')
  const tell = ({ target }) => { text.textContent = titleOf(target)?.textContent ?? asked }
  figure.addEventListener('pointerover', tell)
  figure.addEventListener('click', tell)
  figure.addEventListener('pointerleave', () => { text.textContent = asked })
  const flame = figure.querySelector('.flame')
  if (flame === null) continue
  const boxes = [...flame.querySelectorAll(':scope > svg')].map((box) => ({ box, x: parseFloat(box.getAttribute('x')), width: parseFloat(box.getAttribute('width')), y: Number(box.getAttribute('y')) }))
  const back = line.querySelector('button')
  const zoom = ({ x, width, y }) => {
    for (const one of boxes) {
      const isOuter = one.y < y && one.x <= x + .001 && one.x + one.width >= x + width - .001
      const isInner = one.y >= y && one.x >= x - .001 && one.x + one.width <= x + width + .001
      one.box.style.display = isOuter || isInner ? '' : 'none'
      one.box.setAttribute('x', isOuter ? '0%' : (one.x - x) / width * 100 + '%')
      one.box.setAttribute('width', isOuter ? '100%' : one.width / width * 100 + '%')
      one.box.querySelector('text')?.classList.toggle('narrow', !isOuter && one.width / width < .09)
    }
    back.hidden = y === 0
  }
  flame.addEventListener('click', ({ target }) => {
    const found = boxes.find(({ box }) => box === target.closest('svg svg'))
    if (found !== undefined) zoom(found)
  })
  back.addEventListener('click', () => zoom(boxes[0]))
}
`
