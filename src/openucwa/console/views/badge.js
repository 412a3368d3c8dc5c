// How many messages are unread, in the title and on the icon of the tab.

const SIZE = 32;
const NAME = "OpenUCWA";

async function drawn(link, href, count) {
  const picture = new Image();
  picture.src = href;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const draw = canvas.getContext("2d");
  draw.drawImage(picture, 0, 0, SIZE, SIZE);
  draw.fillStyle = "#c62f3d";
  draw.beginPath();
  draw.arc(22, 22, 10, 0, 7);
  draw.fill();
  draw.fillStyle = "#fff";
  draw.font = "bold 15px system-ui, sans-serif";
  draw.textAlign = "center";
  draw.fillText(count > 9 ? "9+" : count, 22, 27, 18);
  if (link.dataset.count === String(count)) link.href = canvas.toDataURL();
}

/** Shows the number of unread messages of the engine's conversations from now on. */
export function count(engine) {
  const link = document.querySelector("link[rel=icon]");
  const plain = link.href;
  const show = () => {
    const unread = engine.state.conversations.reduce((sum, talk) => sum + talk.unread, 0);
    if (link.dataset.count === String(unread)) return;
    link.dataset.count = unread;
    document.title = unread ? `(${unread}) ${NAME}` : NAME;
    if (unread) drawn(link, plain, unread);
    else link.href = plain;
  };
  engine.subscribe(show);
  show();
}
