// Pages work without this file. It only guards against sending a form twice by a double click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Coming back with the browser's back button finds the form usable again.
  window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});
