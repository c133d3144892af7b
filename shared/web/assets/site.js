// Pages work without this file. It guards against sending a form twice by a double click, and sends
// files that are too large for a form straight to the object store.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Coming back with the browser's back button finds the form usable again.
  window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });

  const file = form.dataset.uploads && form.querySelector("input[type=file]").files[0];
  if (file && file.size > Number(form.dataset.formLimit)) {
    event.preventDefault();
    sendLarge(form, file).catch((problem) => {
      tell(form, problem.message || form.dataset.failed);
      delete form.dataset.sent;
    });
  }
});

function tell(form, text) {
  form.querySelector("[role=status]").textContent = text;
}

// Announces the file, then puts it where the answer says.
async function sendLarge(form, file) {
  tell(form, form.dataset.working);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const announced = await fetch(form.dataset.uploads, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      requirement: form.elements.requirement.value,
      file_name: file.name,
      content_type: file.type || "application/octet-stream",
      bytes: file.size,
      sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    }),
  });
  const ticket = await announced.json();
  if (!announced.ok) {
    throw new Error(ticket.title);
  }
  await put(ticket, file, (percent) => tell(form, `${form.dataset.working} ${percent} %`));
  location.reload();
}

function put(ticket, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(ticket.method, ticket.url);
    for (const [name, value] of Object.entries(ticket.headers)) {
      // These two the browser sets by itself and lets nobody else.
      if (!["host", "content-length"].includes(name.toLowerCase())) {
        request.setRequestHeader(name, value);
      }
    }
    request.upload.onprogress = (event) => progress(Math.floor((event.loaded * 100) / event.total));
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error()));
    request.onerror = () => reject(new Error());
    request.send(file);
  });
}
