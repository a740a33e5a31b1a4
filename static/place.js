// A button that asks the browser where it is. Without this file coordinates are typed.
for (const button of document.querySelectorAll('button[data-locate]')) {
  if (!navigator.geolocation) break;
  const field = document.getElementById(button.dataset.locate), said = button.parentElement.querySelector('[role=status]');
  button.parentElement.hidden = false;
  button.addEventListener('click', () => {
    button.disabled = true;
    said.textContent = '';
    const done = text => { button.disabled = false; said.textContent = text; };
    navigator.geolocation.getCurrentPosition(found => {
      const digits = field.form.elements.place_rough.checked ? 3 : 5;
      field.value = `${found.coords.latitude.toFixed(digits)}, ${found.coords.longitude.toFixed(digits)}`;
      done('');
    }, () => done(button.dataset.failed), { timeout: 15000, maximumAge: 60000 });
  });
}
