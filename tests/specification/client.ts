// The client that openapi-fetch makes of the types of openapi-typescript, used as its users would use it: every operation
// is called. It compiles only if the types say what the calls need, and ends with an error if an answer is not what they
// say, or if the specification has an operation that is not called here.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const address = process.argv[2]!;
const client = createClient<paths>({ baseUrl: address });
const called = new Set<string>();
client.use({ onRequest: ({ request, schemaPath }) => void called.add(`${request.method} ${schemaPath}`) });

function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** What an answer holds; without it the answer was a problem. */
function got<Data>(answer: { data?: Data; error?: unknown; response: Response }): NonNullable<Data> {
  check(answer.data, `${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

// The cases themselves.
const list = got(
  await client.GET("/api/v1/offer-cases", {
    params: { query: { major: ["工科"], school_tier: ["985", "211"], company: ["!baidu"], sort: ["company"], limit: 5 } },
  }),
);
check(list.items.length > 0, "cases of engineers");
const first = list.items[0];
check(first?.company?.slug && first.id, "a case has an id and a company");
const id = { path: { id: first.id } };
const one = got(await client.GET("/api/v1/offer-cases/{id}", { params: id }));
check(one.company.slug === first.company.slug, "the same case by its id");
const like = got(await client.GET("/api/v1/offer-cases/{id}/comparable", { params: { ...id, query: { limit: 3 } } }));
check(like.items.length === 3 && like.items.every((item) => item.case.id !== first.id), "cases like that one");
const same = got(await client.GET("/api/v1/offer-cases/{id}/likely-duplicates", { params: id }));
check(same.items.length === 0 && same.notices.length === 0, "the cases of the seed are all different");
const comparable = got(
  await client.GET("/api/v1/comparable-cases", {
    params: { query: { major: "心理学", school_tier: "211", highest_degree: "bachelor", "filter.company": ["!xiaomi"] } },
  }),
);
const best = comparable.items[0];
check(best && best.score > 0.5 && best.matches.some((match) => match.how === "same"), "a comparable case");

// Files of them.
const fields = { query: { company: ["baidu"], fields: ["id" as const, "company" as const] } };
const table: string = got(await client.GET("/api/v1/offer-cases.csv", { params: fields, parseAs: "text" }));
check(table.includes("baidu"), "a table");
const lines: string = got(await client.GET("/api/v1/offer-cases.ndjson", { params: fields, parseAs: "text" }));
check(JSON.parse(lines.split("\n")[0]!).company.slug === "baidu", "lines of JSON");
const workbook = await client.GET("/api/v1/offer-cases.xlsx", { params: fields, parseAs: "blob" });
check(workbook.data instanceof Blob && workbook.data.size > 1000, "a workbook");

// Numbers and pictures of them.
const statistics = got(
  await client.GET("/api/v1/stats", {
    params: { query: { group_by: ["company", "school_tier"], metrics: ["share", "pay"], normalize: "row" } },
  }),
);
const shares: number[] = statistics.groups.map((group) => group.share?.value ?? 0);
check(shares.every((share) => share > 0 && share <= 1), "shares");
check(statistics.matrix?.counts.length === statistics.matrix?.rows.length, "a matrix");
const spread = got(await client.GET("/api/v1/stats", { params: { query: { histogram: "pay", bins: 5 } } }));
check(spread.groups.length === 0, "a histogram has no groups");
const position = got(await client.GET("/api/v1/stats/position", { params: { query: { pay_annual: 300000 } } }));
check(position.reason === "too_few", "a position among too few is refused");
const tables: string[] = [
  got(await client.GET("/api/v1/stats.csv", { params: { query: { group_by: ["company"] } }, parseAs: "text" })),
  got(await client.GET("/api/v1/facets.csv", { params: { query: { dimensions: ["company"] } }, parseAs: "text" })),
];
check(tables.every((table) => table.includes("baidu")), "tables of numbers");
const facets = got(await client.GET("/api/v1/facets", { params: { query: { dimensions: ["company"], limit: 3 } } }));
check(facets.facets[0]?.values.length === 3, "facets");
const pictures: string[] = [
  got(
    await client.GET("/api/v1/charts/bar.svg", {
      params: { query: { group_by: ["company"], value: "share", sort: "-count", lang: "en" } },
      parseAs: "text",
    }),
  ),
  got(
    await client.GET("/api/v1/charts/heatmap.svg", {
      params: { query: { group_by: ["company", "school_tier"] } },
      parseAs: "text",
    }),
  ),
  got(await client.GET("/api/v1/charts/box.svg", { params: { query: { group_by: ["role"] } }, parseAs: "text" })),
  got(
    await client.GET("/api/v1/charts/comparison.svg", {
      params: { query: { group_by: ["company"], compare: ["baidu", "bilibili"] } },
      parseAs: "text",
    }),
  ),
  got(await client.GET("/api/v1/charts/histogram.svg", { params: { query: { bins: 5 } }, parseAs: "text" })),
];
check(pictures.every((picture) => picture.startsWith("<svg")), "pictures");

// Reference data: each list, and one of its entries.
const company = got(await client.GET("/api/v1/companies")).items[0];
check(company, "companies");
got(await client.GET("/api/v1/companies/{slug}", { params: { path: { slug: company.slug } } }));
const role = got(await client.GET("/api/v1/roles")).items[0];
check(role, "roles");
got(await client.GET("/api/v1/roles/{slug}", { params: { path: { slug: role.slug } } }));
const major = got(await client.GET("/api/v1/majors")).items[0];
check(major, "majors");
got(await client.GET("/api/v1/majors/{slug}", { params: { path: { slug: major.slug } } }));
const tier = got(await client.GET("/api/v1/school-tiers")).items[0];
check(tier, "school tiers");
got(await client.GET("/api/v1/school-tiers/{slug}", { params: { path: { slug: tier.slug } } }));
const school = got(await client.GET("/api/v1/schools", { params: { query: { limit: 1 } } })).items[0];
check(school, "schools");
got(await client.GET("/api/v1/schools/{slug}", { params: { path: { slug: school.slug } } }));
const tag = got(await client.GET("/api/v1/tags")).items[0];
check(tag, "tags");
got(await client.GET("/api/v1/tags/{slug}", { params: { path: { slug: tag.slug } } }));
const source = got(await client.GET("/api/v1/sources")).items[0];
check(source, "sources");
got(await client.GET("/api/v1/sources/{slug}", { params: { path: { slug: source.slug } } }));
const city = got(await client.GET("/api/v1/cities")).items[0];
check(city, "cities");
got(await client.GET("/api/v1/cities/{slug}", { params: { path: { slug: city.slug } } }));
const province = got(await client.GET("/api/v1/provinces")).items[0];
check(province, "provinces");
got(await client.GET("/api/v1/provinces/{slug}", { params: { path: { slug: province.slug } } }));
const meaning = got(await client.GET("/api/v1/resolve", { params: { query: { kind: "company", q: "B站" } } }));
check(meaning.resolved === "bilibili", "what a name means");

// Imports, and what there is to know.
const last = got(await client.GET("/api/v1/imports")).items[0];
check(last, "imports");
got(await client.GET("/api/v1/imports/{id}", { params: { path: { id: last.id } } }));
const guide = got(await client.GET("/api/v1/guide", { params: { query: { lang: "en" } } }));
check(guide, "the guide");
const meta = got(await client.GET("/api/v1/meta"));
check(meta.fields.some((field) => field.can.includes("group") && field.values?.length), "fields");
check(got(await client.GET("/health/live")).status, "it lives");
check(got(await client.GET("/health/ready")).status, "it is ready");

// What is wrong.
const wrong = await client.GET("/api/v1/offer-cases", { params: { query: { company: ["bidu"] } } });
check(wrong.response.status === 400 && wrong.error && "errors" in wrong.error, "a problem");
check(wrong.error.errors?.[0]?.did_you_mean === "baidu", "what was meant");

const specification = (await (await fetch(`${address}/openapi.json`)).json()) as { paths: Record<string, object> };
const operations = Object.entries(specification.paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
);
const forgotten = operations.filter((operation) => !called.has(operation));
check(forgotten.length === 0, `not called: ${forgotten.join(", ")}`);
console.log(`the client of openapi-typescript made calls of ${called.size} operations`);
