// Saves a draft by itself some seconds after the last key, and shows how it will look. Without this file the buttons do both.
const form = document.getElementById('draft');
if (form) {
  const said = document.getElementById('saved'), revision = form.elements.revision;
  let timer = 0, last = '', stopped = false;
  const text = () => {
    const data = new FormData(form);
    data.delete('picture');
    return new URLSearchParams(data).toString();
  };
  last = text();
  const save = async () => {
    const now = text();
    if (now === last || stopped) return;
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(now + '&quiet=yes'), headers: { accept: 'application/json' } });
      const told = await answer.json();
      said.textContent = told.said;
      if (answer.ok) { revision.value = told.revision; last = text(); }
      else { stopped = answer.status === 409; form.dataset.unsaved = 'yes'; }
    } catch { timer = setTimeout(save, 10000); }
  };
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 3000); });
  form.addEventListener('submit', () => { clearTimeout(timer); last = text(); });
  addEventListener('beforeunload', event => { if (text() !== last) event.preventDefault(); });
  // How the text will look, a second after the last key, as long as that part of the page is open.
  const live = document.getElementById('live'), prose = live?.querySelector('.prose');
  let soon = 0, seen = null, turn = 0;
  const look = async () => {
    const now = form.elements.body.value;
    if (!live.open || now === seen) return;
    const mine = ++turn, data = new URLSearchParams({ form_token: form.elements.form_token.value, body: now });
    try {
      const answer = await fetch(`${form.getAttribute('action')}/preview`, { method: 'POST', body: data });
      if (!answer.ok || mine !== turn) return;
      prose.innerHTML = await answer.text();
      seen = now;
    } catch { /* The next key tries again. */ }
  };
  if (live) {
    live.hidden = false;
    live.addEventListener('toggle', look);
    form.elements.body.addEventListener('input', () => { clearTimeout(soon); soon = setTimeout(look, 1000); });
  }
  const body = form.elements.body, shelf = document.querySelector('.shelf');
  if (shelf) shelf.addEventListener('click', event => {
    const code = event.target.closest('li')?.querySelector('code');
    if (!code || code.parentElement.querySelector('.warn, .error')) return;
    body.setRangeText('\n\n' + code.textContent + '\n\n', body.selectionStart, body.selectionEnd, 'end');
    body.focus();
    body.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
