// A time beside a recording is where it goes on; what is being said is marked.
const player = document.querySelector('.sound, .film'), marks = [...document.querySelectorAll('[data-at]')];
for (const mark of marks) mark.onclick = event => {
  event.preventDefault();
  player.currentTime = mark.dataset.at;
  player.play();
};
player.ontimeupdate = () => {
  const lists = new Map();
  for (const mark of marks) if (mark.dataset.at <= player.currentTime) lists.set(mark.closest('ol'), mark);
  for (const mark of marks) mark.parentNode.ariaCurrent = lists.get(mark.closest('ol')) === mark ? 'true' : null;
};
