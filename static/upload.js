// The files of a form go in parts (tus 1.0.0) and go on where they were after a broken connection; then the form goes with their numbers.
// Without this file the form takes them along as forms do.
const PART = 4 << 20, TRIES = 40;
const pause = time => new Promise(done => setTimeout(done, time));

for (const form of document.querySelectorAll('[data-uploads]')) {
  const field = form.querySelector('[type=file]'), say = form.dataset;
  const ask = (url, method, headers, body) => fetch(url, {
    method, body, headers: { 'tus-resumable': '1.0.0', 'x-form-token': form.elements.form_token.value, ...headers },
  });
  const where = async file => {
    const key = `upload ${file.name} ${file.size} ${file.lastModified}`, known = localStorage[key];
    if (known) {
      const answer = await ask(known, 'HEAD');
      if (answer.ok) return [known, +answer.headers.get('upload-offset')];
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
    const answer = await ask(say.uploads, 'POST', { 'upload-length': file.size, 'upload-metadata': `filename ${name}` });
    if (!answer.ok) throw answer.status === 413 ? say.large : answer.status < 500 && answer.status !== 429 && say.refused;
    return [localStorage[key] = new URL(answer.headers.get('location')).pathname, 0];
  };
  const send = async (file, tell) => {
    for (let tries = TRIES; ;) try {
      let [url, at] = await where(file);
      while (at < file.size) {
        tell(at);
        const part = file.slice(at, at + PART);
        const answer = await ask(url, 'PATCH', { 'upload-offset': at, 'content-type': 'application/offset+octet-stream' }, part);
        if (!answer.ok) throw 0;
        at = +answer.headers.get('upload-offset');
        tries = TRIES;
      }
      return url.split('/').pop();
    } catch (word) {
      // A word is final; anything else may pass.
      if (typeof word === 'string' || !tries--) throw word;
      tell(0, say.again);
      await pause(3e3);
    }
  };
  form.addEventListener('submit', async event => {
    const files = [...field.files];
    if (!files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const box = form.querySelector('.sending') ?? form.appendChild(document.createElement('div'));
    box.className = 'sending';
    box.innerHTML = '<p role="status"></p><progress max="1"></progress>';
    const [line, bar] = box.children, button = form.querySelector('button.main, button:last-of-type');
    const all = files.reduce((sum, file) => sum + file.size, 0) || 1;
    button.disabled = true;
    let before = 0;
    try {
      for (const file of files) {
        const id = await send(file, (at, word) => {
          if (line.textContent !== (word ?? say.going)) line.textContent = word ?? say.going;
          if (!word) bar.value = (before + at) / all;
        });
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'upload', value: id }));
        before += file.size;
      }
      field.disabled = true;
      form.submit();
    } catch (word) {
      line.textContent = word || say.refused;
      button.disabled = false;
      form.querySelectorAll('[name=upload]').forEach(one => one.remove());
    }
  }, true);
}
