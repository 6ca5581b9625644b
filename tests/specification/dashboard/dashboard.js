// A page to look through the cases, made from what the service says of itself: what is called by name here are kinds of
// fields and what fields can do, but no field, no label and no value. `?api=` says where the service is, `?lang=` zh or en.
const address = new URLSearchParams(location.search);
const [api, lang] = [address.get("api"), address.get("lang")];
const PAGE = 5;

async function get(path, query) {
  const answer = await fetch(`${api}${path}?${new URLSearchParams(query)}`);
  if (!answer.ok) throw new Error((await answer.json()).detail);
  return answer.json();
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const place = (selector) => document.querySelector(selector);
const called = (thing) => (lang === "en" ? thing.name_en : thing.name);

const { fields, unknown } = await get("/api/v1/meta");
const able = (ability) => fields.filter((field) => field.can.includes(ability));
// Tags stand in cases without their names, which stand where the field says.
const names = new Map();
for (const field of able("show").filter((field) => field.kind === "tags")) {
  for (const entry of (await get(field.resource)).items) names.set(entry.slug, called(entry));
}

// What is chosen: for each field its values, of a range one. The cursors of the pages up to this one; none for the first.
const chosen = new Map();
let cursors = [];
let sort = null;

const filter = () => [...chosen].filter(([, values]) => values.length).map(([slug, values]) => [slug, values.join(",")]);

function choose(slug, values) {
  chosen.set(slug, values);
  show();
}

function facetValue(field, value) {
  const own = chosen.get(field.slug) ?? [];
  const isChosen = own.includes(value.value);
  const others = own.filter((other) => other !== value.value);
  const onclick = () => choose(field.slug, isChosen ? others : [...own, value.value]);
  const button = element("button", { onclick }, called(value), element("span", {}, value.count));
  button.dataset.value = value.value;
  button.ariaPressed = isChosen;
  return button;
}

function facetValues(field, { values, next_cursor }) {
  const more = element("button", { className: "more" }, "…");
  more.onclick = async () => {
    const query = [...filter(), ["dimensions", field.slug], ["limit", PAGE], ["cursor", next_cursor]];
    more.replaceWith(...facetValues(field, (await get("/api/v1/facets", query)).facets[0]));
  };
  return [...values.map((value) => facetValue(field, value)), ...(next_cursor ? [more] : [])];
}

function range(field) {
  const [from, to] = (chosen.get(field.slug)?.[0] ?? "..").split("..");
  const type = field.kind === "number" || field.kind === "date" ? field.kind : "text";
  const ends = [from, to].map((value) => element("input", { type, value, min: 0 }));
  const changed = () => {
    const written = ends.map((end) => end.value).join("..");
    choose(field.slug, written === ".." ? [] : [written]);
  };
  for (const end of ends) end.onchange = changed;
  return [ends[0], " – ", ends[1], field.unit ? ` ${called(field.unit)}` : ""];
}

function flag(field) {
  const checked = chosen.get(field.slug)?.length > 0;
  return [element("input", { type: "checkbox", checked, onchange: () => choose(field.slug, checked ? [] : ["true"]) })];
}

async function showFilters() {
  const { facets } = await get("/api/v1/facets", [...filter(), ["limit", PAGE]]);
  const sections = able("filter").map((field) => {
    const facet = facets.find(({ dimension }) => dimension === field.slug);
    const parts = facet ? facetValues(field, facet) : field.kind === "flag" ? flag(field) : range(field);
    const section = element("section", {}, element("h2", { title: field.description }, called(field)), ...parts);
    section.dataset.field = field.slug;
    return section;
  });
  place("#filters").replaceChildren(...sections);
}

function written(field, value) {
  if (value === null) return called(unknown);
  if (field.kind === "reference") return called(value);
  if (field.kind === "closed") return called(field.values.find(({ slug }) => slug === value));
  if (field.kind === "tags") return value.map((slug) => names.get(slug)).join(", ");
  if (field.kind === "number") return `${value.toLocaleString(lang)} ${field.unit ? called(field.unit) : ""}`;
  if (field.kind === "time") return new Date(value).toLocaleString(lang);
  return Array.isArray(value) ? value.join("; ") : String(value);
}

function heading(field) {
  const isSorted = sort?.endsWith(field.slug);
  const mark = isSorted ? (sort.startsWith("-") ? " ↓" : " ↑") : "";
  const th = element("th", {}, called(field) + mark);
  th.dataset.field = field.slug;
  if (field.can.includes("sort")) th.onclick = () => ((sort = sort === field.slug ? `-${sort}` : field.slug), show());
  return th;
}

async function showCases() {
  const query = [...filter(), ["limit", PAGE], ["count", "exact"]];
  if (sort) query.push(["sort", sort]);
  if (cursors.length) query.push(["cursor", cursors.at(-1)]);
  const { items, next_cursor, total } = await get("/api/v1/offer-cases", query);
  const columns = able("show");
  place("thead").replaceChildren(element("tr", {}, ...columns.map(heading)));
  const row = (item) => element("tr", {}, ...columns.map((field) => element("td", {}, written(field, item[field.slug]))));
  place("tbody").replaceChildren(...items.map(row));
  place("#total").value = total;
  place("#next").disabled = !next_cursor;
  place("#next").onclick = () => (cursors.push(next_cursor), showCases());
  place("#back").disabled = !cursors.length;
  place("#back").onclick = () => (cursors.pop(), showCases());
}

function showChart() {
  const dimension = place("#dimension").value;
  const query = [...filter(), ["group_by", dimension], ["lang", lang]];
  place("#chart").src = `${api}/api/v1/charts/bar.svg?${new URLSearchParams(query)}`;
  place("#chart").alt = place("#dimension").selectedOptions[0].text;
}

async function show() {
  cursors = [];
  document.body.ariaBusy = true;
  showChart();
  await Promise.all([showFilters(), showCases()]);
  document.body.ariaBusy = false;
}

document.documentElement.lang = lang;
place("#dimension").append(...able("group").map((field) => element("option", { value: field.slug }, called(field))));
place("#dimension").onchange = showChart;
await show();
