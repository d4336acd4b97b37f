// Put into a page that a phone opens: tells the phone the page's title, and which picture or outside link was pressed.

const tell = (phone, more) => parent.postMessage({ phone, ...more }, "*");

tell("opened", { title: document.title });
addEventListener("click", (event) => {
  const picture = event.target.closest("img");
  const link = event.target.closest("a[href]");
  if (link && new URL(link.href).origin !== location.origin) {
    event.preventDefault();
    tell("link", { address: link.href });
  } else if (picture && !link) {
    tell("picture", { source: picture.src });
  }
});
addEventListener("contextmenu", (event) => {
  const picture = event.target.closest("img");
  if (!picture) return;
  event.preventDefault();
  tell("picture", { source: picture.src });
});
