// Typing @ or # offers people and hashtags. ARIA has no combobox of several lines, so the field stays a text field.
const field = document.querySelector('textarea#body');
const said = document.body.appendChild(Object.assign(document.createElement('p'), { className: 'sr' }));
said.setAttribute('role', 'status');
let list = null, at = -1, turn = 0, timer = 0;

function word() {
  return field.value.slice(0, field.selectionStart).match(/(?:^|[^\w@＠#＃./&+-])([@＠#＃][^\s@＠#＃，。！？、；：（）“”「」《》!?,;:()]+)$/u)?.[1] ?? '';
}

function close() {
  turn++;
  clearTimeout(timer);
  list?.remove();
  list = null;
  at = -1;
  field.removeAttribute('aria-controls');
  field.removeAttribute('aria-activedescendant');
}

async function offer() {
  const asked = word();
  close();
  if (asked.length < 2) return;
  const mine = turn;
  const answer = await fetch('/people/suggestions?q=' + encodeURIComponent(asked), { headers: { Accept: 'text/html' } });
  const text = answer.ok ? await answer.text() : '';
  if (mine !== turn || asked !== word()) return;
  list = new DOMParser().parseFromString(text, 'text/html').querySelector('#offered');
  if (!list) return;
  field.after(list);
  field.setAttribute('aria-controls', list.id);
  said.textContent = list.dataset.said;
}

function mark(next) {
  const options = list.children;
  options[at]?.removeAttribute('aria-selected');
  at = (next + options.length) % options.length;
  options[at].setAttribute('aria-selected', 'true');
  field.setAttribute('aria-activedescendant', options[at].id);
}

function take(option) {
  const end = field.selectionStart;
  field.setRangeText(option.dataset.value + ' ', end - word().length, end, 'end');
  close();
  field.focus();
}

if (field) {
  field.setAttribute('aria-autocomplete', 'list');
  field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => offer().catch(close), 150); });
  field.addEventListener('blur', close);
  field.addEventListener('keydown', event => {
    if (!list || event.isComposing) return;
    const { key } = event;
    if (key === 'ArrowDown') mark(at + 1);
    else if (key === 'ArrowUp') mark(at < 0 ? -1 : at - 1);
    else if (key === 'Escape') close();
    else if (key === 'Enter' && at >= 0) take(list.children[at]);
    else return;
    event.preventDefault();
  });
  document.addEventListener('mousedown', event => {
    const option = list && event.target.closest('#offered [role=option]');
    if (!option) return;
    event.preventDefault();
    take(option);
  });
}
