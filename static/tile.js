// A picture that is larger than it is shown comes closer where it stands, sharp by its tiles. Scrolling moves it, by keys and fingers too.
const box = document.querySelector('[data-tiles]'), picture = box.querySelector('img');
const { tiles, nearer, farther, size } = box.dataset, [width, height] = size.split('x').map(Number);
const make = (kind, more) => Object.assign(document.createElement(kind), more);
const sheet = make('div', { className: 'tiled' }), shown = new Map();
picture.replaceWith(sheet);
picture.draggable = false;
sheet.append(picture);
let scale = 1, gap = 0;

// The tiles that are seen, of the smallest level that is sharp enough; under them lies the whole picture.
function draw() {
  const ratio = sheet.clientWidth / width, dots = ratio * devicePixelRatio, wanted = new Set();
  if (dots * width > +picture.getAttribute('width')) {
    const level = Math.max(0, Math.floor(-Math.log2(dots))), side = 512 * 2 ** level;
    const seen = (from, length, of) => [Math.floor(from / ratio / side) * side, Math.min((from + length) / ratio, of)];
    const [left, right] = seen(box.scrollLeft, box.clientWidth, width), [top, end] = seen(box.scrollTop, box.clientHeight, height);
    for (let y = top; y < end; y += side) for (let x = left; x < right; x += side) {
      const key = `${level}/${x / side}/${y / side}`, part = (at, of) => [at, Math.min(side, of - at)].map(one => `${one / of * 100}%`);
      wanted.add(key);
      if (shown.has(key)) continue;
      const tile = make('img', { alt: '', draggable: false, src: `${tiles}/${key}` });
      [tile.style.left, tile.style.width] = part(x, width);
      [tile.style.top, tile.style.height] = part(y, height);
      shown.set(key, sheet.appendChild(tile));
    }
  }
  for (const [key, tile] of shown) if (!wanted.has(key)) { tile.remove(); shown.delete(key); }
}

// What is under this point stays there: the middle, or where a finger is.
function zoom(by, at) {
  const { left, top } = box.getBoundingClientRect(), before = scale;
  const x = at ? at.clientX - left : box.clientWidth / 2, y = at ? at.clientY - top : box.clientHeight / 2;
  scale = Math.max(1, Math.min(scale * by, 2 * width / box.clientWidth));
  const grown = scale / before, to = [(box.scrollLeft + x) * grown - x, (box.scrollTop + y) * grown - y];
  sheet.style.width = `${scale * 100}%`;
  box.scrollTo(...to);
  draw();
}

box.nextElementSibling.replaceChildren(...[[nearer, 1.5], [farther, 1 / 1.5]].map(([textContent, by]) =>
  make('button', { className: 'btn', textContent, onclick: () => zoom(by) })));
const on = (kind, act) => box.addEventListener(kind, act, { passive: false });
on('scroll', draw);
onresize = draw;
on('keydown', event => {
  const by = { '+': 1.5, '=': 1.5, '-': 1 / 1.5 }[event.key];
  if (by && !event.ctrlKey && !event.metaKey) { event.preventDefault(); zoom(by); }
});
on('pointermove', event => {
  if (event.pointerType === 'mouse' && event.buttons === 1) box.scrollBy(-event.movementX, -event.movementY);
});
on('wheel', event => {
  if (event.ctrlKey) { event.preventDefault(); zoom(Math.exp(-event.deltaY / 100), event); }
});
on('touchmove', event => {
  const [a, b] = event.touches;
  if (!b) return;
  event.preventDefault();
  const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  if (gap) zoom(now / gap, a);
  gap = now;
});
box.ontouchstart = box.ontouchend = () => { gap = 0; };
draw();
