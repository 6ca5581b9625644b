// What makes pages smoother; all of them work without it.

/** Shows buttons that copy a text. */
function offerCopies(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.copied;
    });
  }
}

/** Proposes names as they are typed, by what the API takes them for. */
function suggestNames(root) {
  for (const input of root.querySelectorAll("input[data-suggest]")) {
    const list = document.createElement("datalist");
    list.id = `${input.id}-names`;
    input.after(list);
    input.setAttribute("list", list.id);
    let asked = 0;
    input.addEventListener("input", async () => {
      const text = input.value.trim();
      const number = ++asked;
      if (!text) return;
      const query = new URLSearchParams({ kind: input.dataset.suggest, q: text });
      const answer = await fetch(`/api/v1/resolve?${query}`).catch(() => null);
      if (!answer?.ok || number !== asked) return;
      const { candidates } = await answer.json();
      const chinese = document.documentElement.lang.startsWith("zh");
      list.replaceChildren(
        ...candidates.map(({ name, name_en }) => {
          const option = document.createElement("option");
          option.value = chinese ? name : name_en || name;
          return option;
        }),
      );
    });
  }
}

/** The part of a page that is replaced where only the address behind its path changes. */
const live = () => document.querySelector("[data-live]");

/** What of a page has the focus, so that it can have it again. */
function focused() {
  const element = document.activeElement;
  if (!element || !live()?.contains(element)) return null;
  const label = element.getAttribute("aria-label") || element.querySelector(".name")?.textContent || element.textContent;
  return { tag: element.tagName, id: element.id, label, facet: element.closest("details[id]")?.id };
}

/** Gives the focus back to what is called as before. */
function focusAgain(before) {
  if (!before) return;
  const room = (before.facet && document.getElementById(before.facet)) || live();
  const called = (element) =>
    (element.getAttribute("aria-label") || element.querySelector(".name")?.textContent || element.textContent) === before.label;
  const element =
    (before.id && document.getElementById(before.id)) ||
    [...room.querySelectorAll(before.tag)].find(called) ||
    room.querySelector("summary");
  element?.focus({ preventScroll: true });
}

/** Which facets somebody has opened or closed. */
const openings = () => new Map([...document.querySelectorAll("[data-live] details[id]")].map((it) => [it.id, it.open]));

let latest = 0;
/** The address whose page is shown, without the part behind `#`. */
let shown = location.pathname + location.search;

/** Shows another state of the same page without loading it anew; where that fails, the browser loads it. */
async function show(address, { push }) {
  const number = ++latest;
  document.documentElement.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== latest) return;
    const next = page.querySelector("[data-live]");
    if (!answer.ok || !next) {
      location.assign(address);
      return;
    }
    const [before, open] = [focused(), openings()];
    const target = new URL(answer.url);
    target.hash = new URL(address, location.href).hash;
    if (push) history.pushState(null, "", target);
    shown = target.pathname + target.search;
    document.title = page.title;
    for (const selector of ["header.site", "footer.site"]) {
      document.querySelector(selector).replaceWith(page.querySelector(selector));
    }
    live().replaceWith(next);
    for (const details of next.querySelectorAll("details[id]")) {
      if (open.get(details.id)) details.open = true;
    }
    enliven(next);
    focusAgain(before);
    // There the filters stand over what they gave.
    if (matchMedia("(max-width: 52rem)").matches) next.scrollIntoView();
    if (target.hash) document.getElementById(target.hash.slice(1))?.scrollIntoView();
  } catch {
    location.assign(address);
  } finally {
    if (number === latest) document.documentElement.removeAttribute("aria-busy");
  }
}

/** Whether an address is another state of this page. */
function isOfThisPage(address) {
  const target = new URL(address, location.href);
  const isSame = target.origin === location.origin && target.pathname === location.pathname;
  return isSame && target.search !== location.search;
}

function followInPlace() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-live] a[href]");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const href = link?.getAttribute("href") ?? link?.href?.baseVal;
    if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download") || !isOfThisPage(href)) return;
    event.preventDefault();
    show(href, { push: true });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-live]") || form.method !== "get" || event.defaultPrevented) return;
    const address = new URL(form.action, location.href);
    if (address.pathname !== location.pathname) return;
    address.search = new URLSearchParams(new FormData(form)).toString();
    event.preventDefault();
    show(address.href, { push: true });
  });
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) show(location.href, { push: false });
  });
}

function enliven(root) {
  offerCopies(root);
  suggestNames(root);
}

enliven(document);
if (live()) followInPlace();
