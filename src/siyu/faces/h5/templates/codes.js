// Asks the browser where somebody is, and sends that in a form; without it the list below serves.
const form = document.querySelector("[data-place]");
const status = document.querySelector("[data-status]");
if (form && "geolocation" in navigator && window.isSecureContext) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    status.textContent = form.dataset.looking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.querySelector("input").value = `${coords.latitude},${coords.longitude}`;
        form.submit();
      },
      () => {
        button.disabled = false;
        status.textContent = form.dataset.refused;
        document.querySelector("[name=q]").focus();
      },
      { timeout: 10000, maximumAge: 60000 },
    );
  });
}
