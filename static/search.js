// The search page works without this file. It offers what begins so, and keeps recent searches in this browser alone.
const form = document.querySelector('main form.find'), field = document.querySelector('#q');
const KEY = 'recent-searches', MOST = 8;
const said = document.body.appendChild(Object.assign(document.createElement('p'), { className: 'sr' }));
said.setAttribute('role', 'status');
let turn = 0, timer = 0;

function recent() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
}

function keep(list) {
  try { localStorage.setItem(KEY, JSON.stringify(list.slice(0, MOST))); } catch { /* then they aren't kept */ }
}

function close() {
  turn++;
  document.querySelector('#found')?.remove();
}

function show(list) {
  close();
  form.after(list);
}

function past() {
  const words = recent();
  if (!words.length || field.value) return;
  const list = Object.assign(document.createElement('ul'), { id: 'found', className: 'offered' });
  list.setAttribute('aria-label', form.dataset.recent);
  for (const word of words) {
    const link = Object.assign(document.createElement('a'), { textContent: word, href: '/search?q=' + encodeURIComponent(word) });
    list.appendChild(document.createElement('li')).append(link);
  }
  const forget = Object.assign(document.createElement('button'), { type: 'button', className: 'btn bare', textContent: form.dataset.forget });
  forget.addEventListener('click', () => { keep([]); close(); field.focus(); });
  list.appendChild(document.createElement('li')).append(forget);
  show(list);
}

async function offer() {
  const asked = field.value.trim();
  if (!asked) { past(); return; }
  const mine = ++turn;
  const answer = await fetch('/search/suggestions?q=' + encodeURIComponent(asked), { headers: { Accept: 'text/html' } });
  const text = answer.ok ? await answer.text() : '';
  if (mine !== turn || asked !== field.value.trim()) return;
  const list = new DOMParser().parseFromString(text, 'text/html').querySelector('#found');
  close();
  if (!list) return;
  show(list);
  said.textContent = list.dataset.said;
}

if (form && field) {
  const asked = field.value.trim();
  if (asked) keep([asked, ...recent().filter(word => word !== asked)]);
  field.addEventListener('focus', past);
  field.addEventListener('input', event => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(() => offer().catch(close), 150);
  });
  field.addEventListener('compositionend', () => { timer = setTimeout(() => offer().catch(close), 150); });
  document.addEventListener('keydown', event => { if (event.key === 'Escape') close(); });
}
