// The pictures of a form: buttons let them change places, and each shows itself once it is ready. Without this file the numbers do the one,
// and sending the form again the other.
for (const list of document.querySelectorAll('[data-later]')) {
  const labels = () => [...list.querySelectorAll('label[for^=alt-]')];
  // What says “Picture 2” belongs to the second place.
  const texts = labels().map(label => label.textContent);
  const renumber = () => {
    list.querySelectorAll('input.number').forEach((input, at) => { input.value = at + 1; });
    labels().forEach((label, at) => { label.textContent = texts[at]; });
  };
  const move = (slot, step, button) => {
    const other = step < 0 ? slot.previousElementSibling : slot.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(slot); else other.after(slot);
    renumber();
    button.focus();
  };
  for (const slot of list.children) {
    const label = slot.querySelector('label[for^=alt-]');
    label.id = `${label.htmlFor}-label`;
    for (const [text, step] of [[list.dataset.earlier, -1], [list.dataset.later, 1]]) {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn', textContent: text });
      button.setAttribute('aria-describedby', label.id);
      button.addEventListener('click', () => move(slot, step, button));
      slot.querySelector('.row').append(button);
    }
  }
}

// Asked for again after a while, some twenty times: the worker has them in a queue.
function look(waiting, tries) {
  const image = Object.assign(new Image(), { alt: waiting.dataset.alt });
  image.onload = () => waiting.replaceWith(image);
  image.onerror = () => { if (tries) setTimeout(look, 1500, waiting, tries - 1); };
  image.src = `${waiting.dataset.thumb}?${tries}`;
}
document.querySelectorAll('[data-thumb]').forEach(waiting => look(waiting, 20));

// A film takes a picture of its first second along, for those who haven't pressed play yet.
const file = document.getElementById('picture-file'), poster = document.querySelector('[name=poster]');
if (file) file.onchange = () => {
  poster.value = '';
  const chosen = [...file.files].find(one => /^video/.test(one.type));
  if (!chosen) return;
  const film = Object.assign(document.createElement('video'), { src: URL.createObjectURL(chosen) });
  film.onloadeddata = () => { film.currentTime = Math.min(1, film.duration / 2); };
  film.onseeked = async () => {
    const canvas = new OffscreenCanvas(film.videoWidth, film.videoHeight), list = new DataTransfer();
    canvas.getContext('2d').drawImage(film, 0, 0);
    list.items.add(new File([await canvas.convertToBlob({ type: 'image/jpeg', quality: .8 })], 'p.jpg'));
    poster.files = list.files;
  };
};
