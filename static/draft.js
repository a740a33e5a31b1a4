// Saves a draft by itself some seconds after the last key, keeps in this browser what the hall couldn't take, and shows how the text will
// look. Without this file the buttons save and show.
const form = document.getElementById('draft');
if (form) {
  const said = document.getElementById('saved'), revision = form.elements.revision, say = form.dataset;
  // What belongs to one sending, not to the text.
  const OWN = ['form_token', 'revision', 'picture', 'media', 'act', 'due'];
  const lines = text => (text ?? '').replaceAll('\r\n', '\n');
  // As far as the hall keeps a text apart from another.
  const plain = text => [...new URLSearchParams(text)].map(([name, value]) => [name, value.normalize('NFC').replace(/\s+/g, ' ').trim()])
    .filter(([, value]) => value && value !== '0').join('\n');
  const words = () => {
    const data = new FormData(form);
    OWN.forEach(name => data.delete(name));
    return new URLSearchParams(data).toString();
  };
  // `last` is what the hall has, `ended` why it takes nothing any more, `ill` whether the last try failed.
  let timer = 0, soon = 0, last = 'unsaved' in say ? '' : words(), ended = '', ill = false, busy = false;

  // What isn't saved, by draft and member: a browser may refuse to keep anything.
  const key = `draft ${say.draft}`;
  const read = () => { try { return JSON.parse(localStorage[key]); } catch { return null; } };
  const drop = () => { try { delete localStorage[key]; } catch { /* Nothing is kept then. */ } };
  const keep = () => {
    try { localStorage[key] = JSON.stringify({ words: words(), revision: revision.value }); return true; } catch { return false; }
  };
  const tell = (text, isWrong) => {
    if (said.textContent !== text) said.textContent = text;
    said.className = isWrong ? 'small error' : 'small quiet';
  };
  const unsaved = why => { ill = true; tell(keep() ? why : say.nowhere, true); };

  const save = async () => {
    const now = words();
    if (now === last || busy) return;
    if (ended) return unsaved(ended);
    busy = true;
    // The token comes first, as in the form.
    const data = new FormData();
    for (const name of ['form_token', 'revision']) data.set(name, form.elements[name].value);
    for (const [name, value] of new URLSearchParams(now)) data.append(name, value);
    data.set('quiet', 'yes');
    let answer = null, told = null;
    try {
      answer = await fetch(form.getAttribute('action'), { method: 'POST', body: data, headers: { accept: 'application/json' } });
      told = await answer.json();
    } catch { /* No answer, or none for this script. */ }
    busy = false;
    if (answer?.ok && told?.revision) {
      last = now;
      ill = false;
      revision.value = told.revision;
      tell(told.said, false);
      // What was typed meanwhile is next.
      if (words() === now) drop(); else later(1000);
    } else if (answer?.status === 409 && told) {
      // The hall has kept this text beside the other one; what comes after it is kept here.
      last = now;
      ended = `${told.said} ${say.beside}`;
      if (words() === now) { drop(); ill = true; tell(ended, true); } else unsaved(ended);
    } else if (answer && [404, 410].includes(answer.status)) unsaved(ended = say.refused);
    else if (answer && (answer.redirected || [401, 403].includes(answer.status))) unsaved(ended = say.signedOut);
    else {
      unsaved(told?.said ?? (answer ? say.failed : say.offline));
      later(15000);
    }
  };
  const later = pause => { clearTimeout(timer); timer = setTimeout(save, pause); };
  if (!last) later(3000);
  form.addEventListener('input', () => {
    later(3000);
    // Once something went wrong, nothing waits for the next try.
    if (ill) { clearTimeout(soon); soon = setTimeout(() => { if (ill && words() !== last) unsaved(ended || said.textContent); }, 400); }
  });
  addEventListener('online', () => later(500));
  addEventListener('pagehide', () => { if (words() !== last) keep(); });
  form.addEventListener('submit', () => { clearTimeout(timer); if (words() !== last) keep(); last = words(); });
  addEventListener('beforeunload', event => { if (words() !== last) event.preventDefault(); });

  // What was kept the last time is offered, unless it is here by now.
  const box = document.getElementById('kept'), kept = read();
  const text = kept && new URLSearchParams(kept.words), body = form.elements.body;
  const beside = [...document.querySelectorAll('#beside textarea')].map(one => lines(one.value).trim());
  const isHere = () => plain(kept.words) === plain(words()) || beside.includes(lines(text.get('body')).trim());
  if (kept && isHere()) drop();
  else if (kept && box) {
    box.hidden = false;
    box.querySelector('b').textContent = text.get('title');
    box.querySelector('textarea').value = lines(text.get('body'));
    box.addEventListener('click', event => {
      const act = event.target.dataset.kept;
      if (!act) return;
      box.hidden = true;
      if (act === 'drop') return drop();
      for (const field of form.elements) {
        if (!field.name || OWN.includes(field.name)) continue;
        if (field.type === 'checkbox') field.checked = text.has(field.name);
        else if (text.has(field.name)) field.value = lines(text.get(field.name));
      }
      // It goes on from the text that it was written on: if somebody has saved another one since, the hall keeps both.
      revision.value = kept.revision;
      body.focus();
      save();
    });
  }

  // How the text will look, a second after the last key, as long as that part of the page is open.
  const live = document.getElementById('live'), prose = live?.querySelector('.prose');
  let next = 0, seen = null, turn = 0;
  const look = async () => {
    const now = body.value;
    if (!live.open || now === seen) return;
    const mine = ++turn, data = new URLSearchParams({ form_token: form.elements.form_token.value, body: now });
    try {
      const answer = await fetch(`${form.getAttribute('action')}/preview`, { method: 'POST', body: data });
      if (!answer.ok || answer.redirected || mine !== turn) return;
      prose.innerHTML = await answer.text();
      seen = now;
    } catch { /* The next key tries again. */ }
  };
  if (live) {
    live.hidden = false;
    live.addEventListener('toggle', look);
    body.addEventListener('input', () => { clearTimeout(next); next = setTimeout(look, 1000); });
  }
  const shelf = document.querySelector('.shelf');
  if (shelf) shelf.addEventListener('click', event => {
    const code = event.target.closest('li')?.querySelector('code');
    if (!code || code.parentElement.querySelector('.warn, .error')) return;
    body.setRangeText('\n\n' + code.textContent + '\n\n', body.selectionStart, body.selectionEnd, 'end');
    body.focus();
    body.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
