// Values under the pointer, and tables that sort. The page says everything without this.
const tip = document.createElement('div');
tip.id = 'tip';
tip.hidden = true;
document.body.append(tip);

/** The index of the value nearest to a place, in a list that ascends. */
function nearest(places, at) {
  let low = 0;
  let high = places.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle] < at) low = middle;
    else high = middle;
  }
  return at - places[low] < places[high] - at ? low : high;
}

function follow(svg) {
  const series = JSON.parse(svg.dataset.points).filter((s) => s.x.length);
  const dots = series.map((s) => {
    const dot = document.createElementNS(svg.namespaceURI, 'circle');
    dot.setAttribute('class', `dot ${s.ink}`);
    dot.setAttribute('r', 4);
    svg.append(dot);
    return dot;
  });
  const leave = () => {
    tip.hidden = true;
    dots.forEach((dot) => dot.setAttribute('visibility', 'hidden'));
  };
  leave();
  svg.addEventListener('pointerleave', leave);
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const indices = series.map((s) => nearest(s.x, at));
    const place = series[0]?.at[indices[0]];
    const head = document.createElement('b');
    head.append(place ?? '');
    const rows = series.map((s, n) => {
      const i = indices[n];
      dots[n].setAttribute('cx', s.x[i]);
      dots[n].setAttribute('cy', s.y[i]);
      dots[n].setAttribute('visibility', 'visible');
      const row = document.createElement('div');
      const key = document.createElement('i');
      key.className = s.ink;
      row.append(key, `${s.name}: ${s.text[i]}${s.at[i] === place ? '' : ` at ${s.at[i]}`}`);
      return row;
    });
    tip.replaceChildren(head, ...rows);
    tip.hidden = rows.length === 0;
    tip.style.left = `${Math.max(0, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(0, Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 4))}px`;
  });
}

for (const svg of document.querySelectorAll('svg[data-points]')) {
  svg.addEventListener('pointerenter', () => follow(svg), { once: true });
}

function sort(head, table) {
  const column = head.cellIndex;
  const descending = head.getAttribute('aria-sort') !== 'descending';
  for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
  const text = (body) => body.rows[0].cells[column].textContent;
  const value = (body) => Number(body.rows[0].cells[column].dataset.value ?? -1);
  const sorted = [...table.tBodies].sort(
    (a, b) => (value(a) - value(b) || text(a).localeCompare(text(b))) * (descending ? -1 : 1));
  table.append(...sorted);
}

for (const button of document.querySelectorAll('.sortable th button')) {
  button.addEventListener('click', () => sort(button.parentNode, button.closest('table')));
}
