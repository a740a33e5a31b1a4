// Everything works without this file; on any doubt it lets the browser do the plain thing.
// A form with data-swap="#id" replaces that part of the page by the same part of the answer.
const said = document.body.appendChild(Object.assign(document.createElement('p'), { className: 'sr' }));
said.setAttribute('role', 'status');

async function swap(form, submitter) {
  const id = form.dataset.swap.slice(1);
  const body = new URLSearchParams(new FormData(form, submitter));
  const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html' } });
  const text = await answer.text();
  const here = answer.ok && new URL(answer.url).pathname === location.pathname;
  const next = here && new DOMParser().parseFromString(text, 'text/html');
  const part = next && next.getElementById(id), old = document.getElementById(id);
  // The server has done it, but not as this page expects: look at where it leads.
  if (!part || !old) { location.assign(answer.redirected ? answer.url : location.href); return; }
  const inside = old.contains(document.activeElement);
  old.replaceWith(part);
  if (inside) { part.tabIndex = -1; part.focus(); }
  said.textContent = next.querySelector('.flash')?.textContent.trim() ?? '';
}

document.addEventListener('submit', event => {
  const form = event.target, submitter = event.submitter;
  if (event.defaultPrevented || form.method !== 'post') return;
  // A second press while the first is under way does nothing.
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  if (!form.dataset.swap) return;
  event.preventDefault();
  swap(form, submitter).catch(() => { delete form.dataset.swap; delete form.dataset.sent; form.requestSubmit(submitter); });
});
// Back from the next page: forms may be sent again.
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => delete form.dataset.sent));

// A time zone that nobody has chosen yet: what the browser says, if it is on the list.
const zone = document.querySelector('select[data-zone]');
if (zone) {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const option = [...zone.options].find(option => option.value === mine);
  if (option) option.selected = true;
}

// "/" goes to the search field.
document.addEventListener('keydown', event => {
  const field = document.querySelector('.top input[type=search]');
  if (event.key !== '/' || !field?.offsetParent || event.target.closest('input, textarea, select')) return;
  event.preventDefault();
  field.focus();
});
